/** Scenarios of semantics.md about stopping and retrying. */
import { expect, test } from "vitest";
import { Driver } from "../support/driver.ts";
import { onRealStore } from "../support/real-store.ts";

onRealStore();

test("T4 a failed action is retried while its sibling runs", () => {
  const p = new Driver({ S: "s", B: "b1 | b2 ; c" });
  p.start();
  p.ok("s");
  const first = p.fail("b1");
  expect([p.runStatus("B", 1), p.actionStatus("B", "c", 1)]).toEqual(["InProgress", undefined]);
  expect(p.refusal(p.retrying("B", 1, "ALL_ACTIONS")).code).toBe("StageNotRetryable");
  const sibling = p.job("b2").id;
  p.run(p.retrying("B", 1));
  expect(p.job("b1").actionExecutionId).not.toBe(first.actionExecutionId);
  expect(p.job("b2").id).toBe(sibling);
  expect(p.executions.get(p.e(1))).toMatchObject({ attempt: 2, runs: { B: { manualRetries: 1 } } });
  expect(p.refusal(p.retrying("B", 1)).code).toBe("StageNotRetryable");
  p.ok("b2");
  p.ok("b1");
  expect([...p.history.values()].filter(({ action }) => action === "c")).toHaveLength(1);
});

test("T17 abandon ends everything at once; a retry starts anew what was abandoned", () => {
  const p = new Driver({ S: "s", B: "b1 | b2 | a!" });
  p.start();
  p.ok("s");
  p.ok("b1");
  const late = p.job("b2");
  const token = p.token("B", "a", 1);
  p.run(p.stopping(1, true));
  expect(["b1", "b2", "a"].map((name) => p.actionStatus("B", name, 1))).toEqual([
    "Succeeded",
    "Abandoned",
    "Failed",
  ]);
  expect(p.history.get(token)?.end?.summary).toBe("The approval action has been canceled.");
  expect([p.runStatus("B", 1), p.at(1)]).toEqual(["Stopped", "Stopped"]);
  expect(p.refusal(p.success(late)).code).toBe("JobNotOpen");
  expect(p.refusal(p.answer("B", "a", 1, "Approved", token))).toMatchObject({ because: "closed" });
  p.run(p.retrying("B", 1));
  expect(["b1", "b2", "a"].map((name) => p.actionStatus("B", name, 1))).toEqual([
    "Succeeded",
    "InProgress",
    "InProgress",
  ]);
});

test("T18 stop and wait, then go on where it stopped", () => {
  const p = new Driver({ S: "s", B: "b ; c" });
  p.start();
  p.ok("s");
  p.run(p.stopping(1));
  p.ok("b");
  expect([p.at(1), p.actionStatus("B", "c", 1)]).toEqual(["Stopped", undefined]);
  p.run(p.retrying("B", 1));
  expect([p.actionStatus("B", "b", 1), p.actionStatus("B", "c", 1)]).toEqual(["Succeeded", "InProgress"]);

  const failing = new Driver({ S: "s", B: "b ; c" });
  failing.start();
  failing.ok("s");
  failing.run(failing.stopping(1));
  failing.fail("b");
  expect(failing.at(1)).toBe("Stopped");
  failing.run(failing.retrying("B", 1));
  expect(failing.actionStatus("B", "b", 1)).toBe("InProgress");
});

test("T20 a continued action goes on while its execution is stopping", () => {
  const p = new Driver({ S: "s", B: "b ; c" });
  p.start();
  p.ok("s");
  const first = p.job("b");
  p.run({ ...p.success(first), type: "jobContinued", continuationToken: "more", delay: 0 } as never);
  const second = p.job("b");
  expect(second).toMatchObject({
    actionExecutionId: first.actionExecutionId,
    continuationToken: "more",
    status: "Queued",
  });
  expect(second.id).not.toBe(first.id);
  expect(second.work.outputs).toEqual(first.work.outputs);
  p.run(p.stopping(1));
  expect(p.refusal(p.success(first)).code).toBe("JobNotOpen");
  p.run(p.success(second));
  expect([p.actionStatus("B", "b", 1), p.at(1)]).toEqual(["Succeeded", "Stopped"]);
});

test("E6.1 what isn't there, has ended or is stopping already can't be stopped", () => {
  const p = new Driver({ S: "s", B: "b" });
  p.start();
  expect(p.refusal({ type: "stop", executionId: "nobody", abandon: false }).code).toBe(
    "PipelineExecutionNotStoppable",
  );
  p.run(p.stopping(1));
  expect(p.refusal(p.stopping(1)).code).toBe("DuplicatedStopRequest");
  p.run(p.stopping(1, true));
  expect(p.refusal(p.stopping(1, true)).code).toBe("PipelineExecutionNotStoppable");
});

test("E6.2 a waiting execution is Stopped at once and never enters", () => {
  const p = new Driver({ S: "s", B: "b" });
  p.transition("B", false);
  p.start();
  p.ok("s");
  p.run(p.stopping(1));
  expect(p.at(1)).toBe("Stopped");
  p.transition("B", true);
  expect(p.at(1)).toBe("Stopped");
  expect(p.timers.size).toBe(0);
});

test("E6.3 a stop ends as Stopped even when the last action of the last stage succeeded", () => {
  const p = new Driver({ S: "s", B: "b" });
  p.start();
  p.ok("s");
  p.run(p.stopping(1));
  p.ok("b");
  expect(p.at(1)).toBe("Stopped");
  p.run(p.retrying("B", 1));
  expect(p.at(1)).toBe("Succeeded");
});

test("E7.5 ALL_ACTIONS starts the stage over: earlier outputs no longer count", () => {
  const out = { outputs: [{ name: "O" }] };
  const p = new Driver({ S: "s", B: "b ; c" }, { actions: { b: out, c: { inputs: ["O"] } } });
  p.start();
  p.ok("s");
  const before = p.ok("b").work.outputs[0]?.key;
  p.fail("c");
  p.run(p.retrying("B", 1, "ALL_ACTIONS"));
  expect(p.actionStatus("B", "c", 1)).toBeUndefined();
  const again = p.ok("b").work.outputs[0]?.key;
  expect(again).not.toBe(before);
  expect(p.job("c").work.inputs[0]?.key).toBe(again);
  expect([...p.history.values()].map(({ action, attempt }) => `${action}${attempt}`)).toEqual([
    "s1",
    "b1",
    "c1",
    "b2",
    "c2",
  ]);
});
