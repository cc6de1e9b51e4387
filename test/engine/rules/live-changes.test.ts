/** Rules E11 of semantics.md: updates and deletions of a pipeline that lives. */
import { describe, expect, test } from "vitest";
import { Driver } from "../support/driver.ts";

const stages = { S: "s", B: "b", D: "d" };

describe("E11 live changes", () => {
  test("E11.1 PARALLEL executions go on to their end in their own version", () => {
    const p = new Driver(stages, { mode: "PARALLEL" });
    p.start();
    p.ok("s");
    p.update({ S: "s", X: "x" });
    p.ok("b");
    p.ok("d");
    expect([p.at(1), p.executions.get(p.e(1))?.version]).toEqual(["Succeeded", 1]);
  });

  test("E11.1 a waiting execution is cancelled at once, whatever the new mode", () => {
    for (const mode of ["SUPERSEDED", "QUEUED", "PARALLEL"] as const) {
      const p = new Driver(stages);
      p.transition("B", false);
      p.start();
      p.ok("s");
      p.update(stages, { mode });
      expect(p.at(1)).toBe("Cancelled");
      expect([p.state.stages.B?.waiting, p.timers.size]).toEqual([[], 0]);
    }
  });

  test("E11.2 a cut execution's jobs go on and report, a lost one comes again, and the stage stays locked", () => {
    const p = new Driver({ S: "s", B: "b ; c" });
    p.start();
    p.ok("s");
    const job = p.job("b");
    p.update();
    p.start();
    p.ok("s", 2);
    p.run({
      type: "jobLost",
      executionId: job.executionId,
      stage: "B",
      action: "b",
      actionExecutionId: job.actionExecutionId,
      jobId: job.id,
    });
    expect([p.at(1), p.at(2), p.state.stages.B?.lock]).toEqual(["@B", ">B", p.e(1)]);
    p.ok("b", 1);
    expect(p.actionStatus("B", "c", 1)).toBeUndefined();
    expect([p.at(1), p.at(2)]).toEqual(["Cancelled", "@B"]);
  });

  test("E11.3 the actions of a cut run keep their own statuses", () => {
    const p = new Driver({ S: "s", B: "b1 | b2 ; c" });
    p.start();
    p.ok("s");
    p.ok("b1");
    p.update();
    p.fail("b2");
    expect([p.runStatus("B", 1), p.actionStatus("B", "b1", 1), p.actionStatus("B", "b2", 1)]).toEqual([
      "Cancelled",
      "Succeeded",
      "Failed",
    ]);
  });

  test("E11.4 in the last stage a cut execution whose actions all succeed is Succeeded", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    p.update();
    p.ok("b");
    expect([p.runStatus("B", 1), p.at(1)]).toEqual(["Succeeded", "Succeeded"]);
    expect(p.executions.get(p.e(1))?.statusSummary).toBeUndefined();
  });

  test.each([false, true])(
    "E11.5 a cut execution can be stopped, and ends Stopped (abandon: %s)",
    (abandon) => {
      const p = new Driver(stages);
      p.start();
      p.ok("s");
      p.update();
      p.run(p.stopping(1, abandon));
      if (!abandon) p.ok("b");
      expect([p.runStatus("B", 1), p.at(1)]).toEqual(["Stopped", "Stopped"]);
      expect(p.refusal(p.retrying("B", 1)).code).toBe("StageNotRetryable");
    },
  );

  test("E11.5 an update during a cut changes nothing for it", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s");
    p.update();
    p.update();
    p.fail("b");
    expect(p.executions.get(p.e(1))?.statusSummary).toBe(
      "The pipeline was updated to version 2 before the execution could complete.",
    );
  });

  test("E11.6 PARALLEL executions before a removed stage enter it, and nothing is kept of its line", () => {
    const p = new Driver(stages, { mode: "PARALLEL" });
    p.transition("B", false);
    p.start();
    p.ok("s");
    expect(p.at(1)).toBe(">B");
    p.update({ S: "s", D: "d" });
    expect([p.at(1), p.timers.size]).toEqual(["@B", 1]);
    expect(Object.keys(p.state.stages)).toEqual(["S", "D"]);
    p.update(stages);
    expect(p.state.stages.B).toEqual({
      inbound: { enabled: true },
      outbound: { enabled: true },
      waiting: [],
    });
  });

  test("E11.6 a removed stage's outbound flag no longer holds who waits behind it", () => {
    const p = new Driver(stages, { mode: "PARALLEL" });
    p.transition("B", false, "Outbound");
    p.start();
    p.ok("s");
    p.ok("b");
    expect(p.at(1)).toBe(">D");
    p.update({ S: "s", D: "d" });
    expect(p.at(1)).toBe("@D");
  });

  test("E11.6 a removed stage that comes back before who is in it has left is locked, and starts afresh otherwise", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s");
    p.update({ S: "s", D: "d" });
    p.update(stages);
    expect(p.state.stages.B).toEqual({
      inbound: { enabled: true },
      outbound: { enabled: true },
      waiting: [],
      lock: p.e(1),
    });
    p.ok("b");
    expect([p.at(1), p.state.stages.B?.lock]).toEqual(["Cancelled", undefined]);
  });

  test("E11.6 a removed stage isn't there for callers, though somebody is in it still", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s");
    p.update({ S: "s", D: "d" });
    expect(p.at(1)).toBe("@B");
    for (const command of [
      p.retrying("B", 1),
      p.rollingBack("B", 1),
      p.overriding("B", 1, "BEFORE_ENTRY"),
      { type: "setTransition", stage: "B", direction: "Inbound", enabled: false, by: "me" } as const,
    ]) {
      expect(p.refusal(command)).toEqual({ code: "StageNotFound", stage: "B" });
    }
  });

  test("E11.6 an update starts nothing", () => {
    const p = new Driver(stages);
    p.update();
    expect([p.executions.size, p.events.length, p.state.currentVersion]).toEqual([0, 0, 2]);
  });

  test("E11.7 a deletion abandons jobs, closes approvals and ends who waits, whatever the mode", () => {
    const p = new Driver({ S: "s", B: "b | a!" }, { mode: "PARALLEL" });
    p.start();
    p.ok("s", 1);
    p.transition("B", false);
    p.start();
    p.ok("s", 2);
    const token = p.token("B", "a", 1);
    p.run({ type: "delete" });
    expect([p.at(1), p.at(2), p.timers.size]).toEqual(["Cancelled", "Cancelled", 0]);
    expect([p.actionStatus("B", "b", 1), p.actionStatus("B", "a", 1)]).toEqual(["Abandoned", "Failed"]);
    expect(p.history.get(token)?.end?.summary).toBe("The approval action has been canceled.");
  });

  test("E11.8 after its action type was deleted an action's jobs may report, what starts later fails", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s");
    p.missingTypes.add("Robot");
    p.ok("b");
    expect([p.actionStatus("B", "b", 1), p.actionStatus("D", "d", 1), p.at(1)]).toEqual([
      "Succeeded",
      "Failed",
      "Failed",
    ]);
  });
});
