/** Rules E2 of semantics.md: stages, locks and transitions. */
import { describe, expect, test } from "vitest";
import { Driver } from "../support/driver.ts";
import { DAY } from "../support/pipeline.ts";

const stages = { S: "s", B: "b", D: "d" };

describe("E2 stages, locks and transitions", () => {
  test("E2.1 a stage that was never entered has no run", () => {
    const p = new Driver(stages);
    p.start();
    expect([p.runStatus("S", 1), p.runStatus("B", 1)]).toEqual(["InProgress", undefined]);
  });

  test.each([
    ["a failure", (p: Driver) => p.fail("b", 1)],
    ["an abandonment", (p: Driver) => p.run(p.stopping(1, true))],
    [
      "a stop",
      (p: Driver) => {
        p.run(p.stopping(1));
        p.ok("b", 1);
      },
    ],
  ])("E2.2 %s releases the lock, and who waits enters in that transaction", (_, end) => {
    const p = new Driver(stages);
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    expect([p.at(1), p.at(2)]).toEqual(["@B", ">B"]);
    end(p);
    expect(p.at(2)).toBe("@B");
    expect(p.refusal(p.retrying("B", 1)).code).toBe("NotLatestPipelineExecution");
  });

  test("E2.2 an action that fails while siblings run releases nothing", () => {
    const p = new Driver({ S: "s", B: "b1 | b2" });
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    p.fail("b1");
    expect([p.runStatus("B", 1), p.at(2)]).toEqual(["InProgress", ">B"]);
    p.ok("b2");
    expect([p.at(1), p.at(2)]).toEqual(["Failed", "@B"]);
  });

  test("E2.4 who waits has finished the stage before and holds no lock there", () => {
    const p = new Driver({ S: "s", B: "b", D: "d" });
    p.transition("D", false);
    p.start();
    p.ok("s");
    p.ok("b");
    expect([p.at(1), p.runStatus("B", 1), p.state.stages.B?.lock]).toEqual([">D", "Succeeded", undefined]);
  });

  test("E2.5 only who waits is superseded: not who is in a stage, not who has failed", () => {
    const p = new Driver(stages);
    p.start();
    p.fail("s", 1);
    p.start();
    p.start();
    p.start();
    expect([1, 2, 3, 4].map((n) => p.at(n))).toEqual(["Failed", "@S", "Superseded", ">S"]);
  });

  test("E2.6 QUEUED: each stage has a line of its own, in order of seq", () => {
    const p = new Driver(stages, { mode: "QUEUED" });
    p.transition("D", false);
    for (const n of [1, 2, 3]) {
      p.start();
      p.ok("s", n);
      p.ok("b", n);
    }
    expect([1, 2, 3].map((n) => p.at(n))).toEqual([">D", ">D", ">D"]);
    p.transition("D", true);
    expect([1, 2, 3].map((n) => p.at(n))).toEqual(["@D", ">D", ">D"]);
    p.fail("d", 1);
    expect([1, 2, 3].map((n) => p.at(n))).toEqual(["Failed", "@D", ">D"]);
  });

  test("E2.7 PARALLEL: all that wait enter when the transition is enabled", () => {
    const p = new Driver({ S: "s", B: "b" }, { mode: "PARALLEL" });
    p.transition("B", false);
    for (const n of [1, 2, 3]) {
      p.start();
      p.ok("s", n);
    }
    p.transition("B", true);
    expect([1, 2, 3].map((n) => p.at(n))).toEqual(["@B", "@B", "@B"]);
  });

  test("E2.7 enabling an enabled transition does nothing", () => {
    const p = new Driver(stages);
    const before = p.state;
    p.now += 1000;
    p.transition("B", true);
    expect(p.state).toEqual(before);
  });

  test("E2.7 while the lock is held they keep waiting, and who was stopped meanwhile doesn't come back", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s", 1);
    p.transition("B", false);
    p.start();
    p.ok("s", 2);
    p.transition("B", true);
    expect(p.at(2)).toBe(">B");
    p.run(p.stopping(2));
    p.ok("b", 1);
    expect([p.at(2), p.state.stages.B?.lock]).toEqual(["Stopped", undefined]);
  });

  test("E2.8 disabling touches nothing that runs; a retry isn't an entry", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s");
    p.transition("B", false);
    p.fail("b");
    p.run(p.retrying("B", 1));
    expect(p.at(1)).toBe("@B");
  });

  test("E2.8 disabling again replaces reason, author and time; enabling drops the reason", () => {
    const p = new Driver(stages);
    const disable = (reason: string) =>
      p.run({ type: "setTransition", stage: "B", direction: "Inbound", enabled: false, reason, by: reason });
    disable("one");
    p.now += 1000;
    disable("two");
    expect(p.state.stages.B?.inbound).toEqual({ enabled: false, reason: "two", by: "two", at: p.now });
    p.transition("B", true);
    expect(p.state.stages.B?.inbound).toEqual({ enabled: true, by: "me", at: p.now });
  });

  test("E2.8 inbound of the first stage holds new executions before it", () => {
    const p = new Driver(stages);
    p.transition("S", false);
    p.start();
    p.start();
    expect([p.at(1), p.at(2)]).toEqual(["Superseded", ">S"]);
    p.transition("S", true);
    expect(p.at(2)).toBe("@S");
  });

  test("E2.8 outbound of the last stage has no effect", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.transition("B", false, "Outbound");
    p.start();
    p.ok("s");
    p.ok("b");
    expect(p.at(1)).toBe("Succeeded");
  });

  test("E2.9 the timer runs only while the boundary is disabled", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    expect([...p.timers.values()].filter(({ kind }) => kind === "transitionWait")).toEqual([]);
    p.transition("B", false);
    expect([...p.timers.values()].filter(({ kind }) => kind === "transitionWait")).toHaveLength(1);
    p.transition("B", true);
    expect([...p.timers.values()].filter(({ kind }) => kind === "transitionWait")).toEqual([]);
    expect(p.at(2)).toBe(">B");
  });

  test("E2.9 thirty days from when the boundary was disabled, however often that is said; one flag of two is enough", () => {
    const p = new Driver(stages);
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    const dues = () =>
      [...p.timers.values()].filter(({ kind }) => kind === "transitionWait").map(({ due }) => due);
    p.now += DAY;
    p.transition("B", false, "Inbound");
    const due = p.now + 30 * DAY;
    expect(dues()).toEqual([due]);
    p.now += DAY;
    p.transition("B", false, "Inbound");
    p.transition("S", false, "Outbound");
    p.transition("B", true, "Inbound");
    expect(dues()).toEqual([due]);
    p.transition("S", true, "Outbound");
    expect(dues()).toEqual([]);
  });

  test("E2.10 PARALLEL: no locks, nobody waits for another", () => {
    const p = new Driver({ S: "s", B: "b" }, { mode: "PARALLEL" });
    p.start();
    p.start();
    expect([p.at(1), p.at(2), p.state.stages.S?.lock]).toEqual(["@S", "@S", undefined]);
  });

  test("E2.11 entries of a retry don't count: latest is who entered last", () => {
    const p = new Driver(stages);
    p.start();
    p.fail("s", 1);
    p.start();
    p.fail("s", 2);
    expect(p.state.stages.S?.latest).toBe(p.e(2));
    expect(p.refusal(p.retrying("S", 1)).code).toBe("NotLatestPipelineExecution");
    p.run(p.retrying("S", 2));
    expect(p.at(2)).toBe("@S");
  });

  test("E2.12 SUPERSEDED needs no limit", () => {
    const p = new Driver(stages);
    p.limit = 1;
    for (let n = 0; n < 5; n++) p.start();
    expect(p.at(5)).toBe(">S");
  });

  test("E2.12 a retry in a live execution is never refused for the limit", () => {
    const p = new Driver({ S: "s1 | s2", B: "b" }, { mode: "QUEUED" });
    p.limit = 1;
    p.start();
    p.fail("s1");
    p.run(p.retrying("S", 1));
    expect(p.actionStatus("S", "s1", 1)).toBe("InProgress");
  });

  test("E2.12 a rollback begins beyond the limit", () => {
    const p = new Driver({ S: "s", B: "b" }, { mode: "QUEUED" });
    p.limit = 1;
    p.start();
    p.ok("s", 1);
    p.ok("b", 1);
    p.start();
    p.rollBack("B", 1);
    expect([p.at(2), p.at(3)]).toEqual(["@S", "@B"]);
  });

  test("E2.12 a rollback, which the limit doesn't count, is retried beyond it", () => {
    const p = new Driver({ S: "s", B: "b" }, { mode: "PARALLEL" });
    p.limit = 1;
    for (const n of [1, 2]) {
      p.start();
      p.ok("s", n);
      p.ok("b", n);
    }
    p.rollBack("B", 1);
    p.fail("b", 3);
    p.start();
    p.run(p.retrying("B", 3));
    expect([p.at(3), p.at(4)]).toEqual(["@B", "@S"]);
  });

  test("E2.13 a stage succeeds with its last action, and the execution arrives at the next in that transaction", () => {
    const p = new Driver({ S: "s", B: "b1 | b2", D: "d" });
    p.start();
    p.ok("s");
    p.ok("b1");
    expect(p.runStatus("B", 1)).toBe("InProgress");
    p.ok("b2");
    expect([p.runStatus("B", 1), p.runStatus("D", 1)]).toEqual(["Succeeded", "InProgress"]);
  });

  test("E2.14 a stage fails once nothing in it is in progress, and the execution with it", () => {
    const p = new Driver({ S: "s", B: "b1 | b2 ; c" });
    p.start();
    p.ok("s");
    p.fail("b2");
    p.ok("b1");
    expect([p.runStatus("B", 1), p.at(1), p.actionStatus("B", "c", 1)]).toEqual([
      "Failed",
      "Failed",
      undefined,
    ]);
  });

  test("a transition of a stage that isn't there is refused", () => {
    const p = new Driver(stages);
    expect(
      p.refusal({ type: "setTransition", stage: "X", direction: "Inbound", enabled: true, by: "me" }),
    ).toEqual({
      code: "StageNotFound",
      stage: "X",
    });
  });
});
