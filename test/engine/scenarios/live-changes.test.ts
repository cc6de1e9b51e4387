/** Scenarios of semantics.md about time, lost workers, updates and deletions. */
import { expect, test } from "vitest";
import { Driver, reportOf } from "../support/driver.ts";
import { MINUTE } from "../support/pipeline.ts";
import { onRealStore } from "../support/real-store.ts";

onRealStore();

const stages = { S: "s", B: "b", D: "d" };

test("T6 an update lets the action in progress end, and cancels the rest", () => {
  const p = new Driver({ S: "s", B: "b1 | b2", D: "d" });
  p.start();
  p.ok("s");
  p.ok("b1");
  p.start();
  p.ok("s");
  expect(p.at(2)).toBe(">B");
  p.update();
  expect([p.at(1), p.at(2)]).toEqual(["@B", "Cancelled"]);
  p.start();
  p.ok("s", 3);
  expect(p.at(3)).toBe(">B");
  p.ok("b2", 1);
  expect([p.runStatus("B", 1), p.at(1), p.at(3)]).toEqual(["Succeeded", "Cancelled", "@B"]);
  expect(p.executions.get(p.e(1))?.statusSummary).toBe(
    "The pipeline was updated to version 2 before the execution could complete.",
  );
});

test("T6 variant: the last action of a cut execution fails", () => {
  const p = new Driver({ S: "s", B: "b1 | b2", D: "d" });
  p.start();
  p.ok("s");
  p.ok("b1");
  p.update();
  p.fail("b2");
  expect([p.runStatus("B", 1), p.at(1)]).toEqual(["Cancelled", "Cancelled"]);
  expect(p.refusal(p.retrying("B", 1)).code).toBe("StageNotRetryable");
});

test("T6 variant: an update closes an open approval, and what waited for it", () => {
  const p = new Driver({ S: "s", D: "a!" });
  p.start();
  p.ok("s");
  const token = p.token("D", "a", 1);
  p.update();
  expect([p.actionStatus("D", "a", 1), p.runStatus("D", 1), p.at(1)]).toEqual([
    "Failed",
    "Cancelled",
    "Cancelled",
  ]);
  expect(p.refusal(p.answer("D", "a", 1, "Approved", token))).toMatchObject({ because: "updated" });
});

test("T7 of a time-out and a result the first one counts", () => {
  const p = new Driver(stages);
  p.start();
  p.ok("s");
  const job = p.job("b");
  const [timer] = [...p.timers.values()];
  p.now += 60 * MINUTE - 1000;
  p.run({ type: "timerFired", timer: timer! });
  expect(p.at(1)).toBe("@B");
  p.now += 1000;
  p.fireDue();
  expect(p.history.get(job.actionExecutionId)?.end?.error).toEqual({
    code: "JobFailed",
    message: "The action timed out after 60 minutes.",
  });
  expect(p.at(1)).toBe("Failed");
  expect(p.refusal(p.success(job)).code).toBe("JobNotOpen");

  const early = new Driver(stages);
  early.start();
  early.ok("s");
  const due = [...early.timers.values()][0]!;
  early.now += 60 * MINUTE - 1000;
  early.ok("b");
  early.now += 1000;
  early.run({ type: "timerFired", timer: due });
  expect(early.at(1)).toBe("@D");
});

test("T8 a lost worker's job comes again with new places, three times at most", () => {
  const p = new Driver(stages, { actions: { b: { outputs: [{ name: "O" }] } } });
  p.start();
  p.ok("s");
  const first = p.job("b");
  p.run({ type: "jobLost", ...reportOf(first) });
  const second = p.job("b");
  expect(second.actionExecutionId).toBe(first.actionExecutionId);
  expect(second.work.outputs[0]?.key).not.toBe(first.work.outputs[0]?.key);
  expect(p.refusal(p.success(first)).code).toBe("JobNotOpen");
  p.run({ type: "jobLost", ...reportOf(second) });
  const third = p.job("b");
  p.run({ type: "jobLost", ...reportOf(third) });
  expect(p.history.get(first.actionExecutionId)?.end?.error).toEqual({
    code: "SystemUnavailable",
    message: "The worker running this action was lost 3 times",
  });
  expect(p.at(1)).toBe("Failed");
});

test("T9 one result moves the execution on, the same again doesn't", () => {
  const p = new Driver(stages);
  p.start();
  p.ok("s");
  const job = p.ok("b");
  const next = p.job("d").id;
  expect(p.refusal(p.success(job)).code).toBe("JobNotOpen");
  expect(
    p.refusal({ type: "jobFailed", ...reportOf(job), error: { code: "JobFailed", message: "" } }).code,
  ).toBe("JobNotOpen");
  expect(p.job("d").id).toBe(next);
});

test("T23 the mode of a live pipeline: PARALLEL executions go on beside locked ones", () => {
  const p = new Driver(stages, { mode: "PARALLEL" });
  for (const n of [1, 2]) {
    p.start();
    p.ok("s", n);
  }
  p.update(stages, { mode: "QUEUED" });
  for (const n of [3, 4]) {
    p.start();
    p.ok("s", n);
  }
  expect([1, 2, 3, 4].map((n) => p.at(n))).toEqual(["@B", "@B", "@B", ">B"]);
  p.update(stages, { mode: "PARALLEL" });
  expect([1, 2, 4].map((n) => p.at(n))).toEqual(["@B", "@B", "Cancelled"]);
  expect(p.executions.get(p.e(3))?.cutBy).toBe(3);
  p.start();
  p.ok("s", 5);
  expect(p.at(5)).toBe("@B");
});

test("T25 a deletion ends what lives, from the inside out", () => {
  const p = new Driver(stages);
  p.start();
  p.ok("s");
  const job = p.job("b");
  p.events.length = 0;
  p.run({ type: "delete" });
  expect(p.story()).toEqual(["action b ABANDONED", "stage B CANCELED", "pipeline CANCELED"]);
  expect([p.at(1), p.timers.size]).toEqual(["Cancelled", 0]);
  expect(p.jobs.get(job.id)?.state).toBe("ended");
});

test("T26 what fell due while the server was down fires at start, once each", () => {
  const p = new Driver(
    { S: "s", D: "a! | d" },
    { actions: { a: { timeoutMinutes: 10 }, d: { timeoutMinutes: 15 } } },
  );
  p.start();
  p.ok("s");
  const token = p.token("D", "a", 1);
  p.now += 60 * MINUTE;
  p.fireDue();
  const ended = p.events.filter(({ state, level }) => level === "action" && state === "FAILED");
  expect(ended.map(({ action, at }) => [action, at])).toEqual([
    ["a", p.now],
    ["d", p.now],
  ]);
  expect(p.refusal(p.answer("D", "a", 1, "Approved", token))).toMatchObject({ because: "closed" });
  const count = p.events.length;
  p.fireDue();
  expect(p.events).toHaveLength(count);
});

test("E11.6 flags and locks carry over by stage name; a stage that comes back starts afresh", () => {
  const p = new Driver(stages);
  p.transition("B", false);
  p.transition("D", false);
  p.update({ S: "s", B: "b", E: "e" });
  expect(p.state.stages.B?.inbound.enabled).toBe(false);
  expect(p.state.stages.D).toBeUndefined();
  p.update(stages);
  expect([p.state.stages.B?.inbound.enabled, p.state.stages.D?.inbound.enabled]).toEqual([false, true]);
});

test("E11.6 who is in a stage that was removed keeps its lock, also when the stage comes back", () => {
  const p = new Driver(stages);
  p.start();
  p.ok("s");
  p.update({ S: "s", D: "d" });
  p.update(stages);
  p.start();
  p.ok("s");
  expect([p.at(1), p.at(2)]).toEqual(["@B", ">B"]);
  p.ok("b", 1);
  expect([p.at(1), p.at(2)]).toEqual(["Cancelled", "@B"]);
});
