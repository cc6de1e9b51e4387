/** Scenarios of semantics.md about who goes where, and when. */
import { expect, test } from "vitest";
import { Driver } from "../support/driver.ts";
import { onRealStore } from "../support/real-store.ts";

onRealStore();

const stages = { S: "s", B: "b", D: "d" };

test("T1 two executions at a disabled transition: the newer keeps the place, enabling lets it in", () => {
  const p = new Driver(stages);
  p.transition("D", false);
  p.start();
  p.ok("s");
  p.ok("b");
  expect(p.at(1)).toBe(">D");
  p.start();
  p.ok("s");
  p.ok("b");
  expect([p.at(1), p.at(2)]).toEqual(["Superseded", ">D"]);
  p.start();
  expect(p.at(3)).toBe("@S");
  p.transition("D", true);
  expect(p.at(2)).toBe("@D");
  p.ok("s");
  p.ok("b");
  expect(p.at(3)).toBe(">D");
  p.ok("d");
  expect([p.at(2), p.at(3)]).toEqual(["Succeeded", "@D"]);
});

test("T10 QUEUED: who waits keeps its turn, a failure lets the next in, nobody is superseded", () => {
  const p = new Driver(stages, { mode: "QUEUED" });
  for (let n = 1; n <= 4; n++) {
    p.start();
    p.ok("s", n);
  }
  expect([1, 2, 3, 4].map((n) => p.at(n))).toEqual(["@B", ">B", ">B", ">B"]);
  p.run(p.stopping(3));
  expect(p.at(3)).toBe("Stopped");
  p.fail("b");
  expect([p.at(1), p.at(2)]).toEqual(["Failed", "@B"]);
  expect(p.refusal(p.retrying("B", 1)).code).toBe("NotLatestPipelineExecution");
  p.ok("b");
  expect([p.at(2), p.at(4)]).toEqual(["@D", "@B"]);
});

test("T11 PARALLEL at its limit: callers are refused, a push makes an execution that failed at once", () => {
  const p = new Driver({ S: "s", B: "b" }, { mode: "PARALLEL" });
  p.limit = 2;
  p.start();
  p.start();
  const starting = {
    type: "start",
    trigger: { type: "x", detail: "y" },
    variables: {},
    revisions: {},
    origin: "caller",
  } as const;
  expect(p.refusal(starting)).toEqual({ code: "ConcurrentExecutionsLimitExceeded", limit: 2 });
  p.start({ push: true });
  expect(p.at(3)).toBe("Failed");
  expect(p.executions.get(p.e(3))?.statusSummary).toBe("The limit of 2 concurrent executions was reached.");
  p.ok("s", 1);
  p.ok("b", 1);
  p.start();
  expect(p.at(4)).toBe("@S");
  p.fail("s", 2);
  p.start();
  expect(p.refusal(p.retrying("S", 2)).code).toBe("ConcurrentExecutionsLimitExceeded");
});

test("T21 thirty days at a disabled transition: the wait counts, not the transition's age", () => {
  const day = 24 * 60 * 60_000;
  const p = new Driver(stages);
  p.transition("D", false);
  p.now += day;
  p.start();
  p.ok("s");
  p.ok("b");
  p.now += 28 * day;
  p.start();
  p.ok("s");
  p.ok("b");
  expect(p.at(1)).toBe("Superseded");
  expect([...p.timers.values()].map(({ executionId }) => executionId)).toEqual([p.e(2)]);
  p.now += 11 * day;
  p.fireDue();
  p.transition("D", true);
  expect(p.at(2)).toBe("@D");

  const alone = new Driver(stages);
  alone.transition("D", false);
  alone.now += day;
  alone.start();
  alone.ok("s");
  alone.ok("b");
  alone.now += 30 * day;
  alone.fireDue();
  expect(alone.at(1)).toBe("Cancelled");
  expect(alone.executions.get(alone.e(1))?.statusSummary).toBe(
    "The execution waited for more than 30 days before stage 'D', whose transition is disabled.",
  );
  alone.transition("D", true);
  expect(alone.at(1)).toBe("Cancelled");
});

test("T22 both flags of a boundary must be enabled", () => {
  const p = new Driver(stages);
  p.transition("B", false, "Outbound");
  p.transition("D", false);
  p.start();
  p.ok("s");
  p.ok("b");
  expect([p.runStatus("B", 1), p.state.stages.B?.lock, p.at(1)]).toEqual(["Succeeded", undefined, ">D"]);
  p.start();
  p.ok("s");
  expect(p.at(2)).toBe("@B");
  p.transition("D", true);
  expect(p.at(1)).toBe(">D");
  p.transition("B", true, "Outbound");
  expect(p.at(1)).toBe("@D");
});

test("T24 a burst of pushes: the first runs, the last runs next, bound to its own commit", () => {
  const p = new Driver(stages);
  for (let n = 1; n <= 5; n++) p.start({ push: true, revisions: { s: { revisionId: `p${n}` } } });
  expect([1, 2, 3, 4, 5].map((n) => p.at(n))).toEqual(["@S", "Superseded", "Superseded", "Superseded", ">S"]);
  p.ok("s");
  expect([p.at(1), p.at(5)]).toEqual(["@B", "@S"]);
  expect(p.job("s").work.sourceRevision).toEqual({ revisionId: "p5" });
});

test("T28 the order of executions holds after a retry", () => {
  const p = new Driver(stages);
  p.start();
  p.ok("s");
  p.fail("b");
  p.start();
  expect([p.at(1), p.at(2)]).toEqual(["Failed", "@S"]);
  p.run(p.retrying("B", 1));
  expect(p.at(1)).toBe("@B");
  p.ok("s");
  expect(p.at(2)).toBe(">B");
  p.ok("b");
  expect([p.at(1), p.at(2)]).toEqual(["@D", "@B"]);
});
