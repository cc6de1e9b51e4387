/** Scenarios of semantics.md about automatic retries and rollbacks. */
import { expect, test } from "vitest";
import { Driver } from "../support/driver.ts";
import { onRealStore } from "../support/real-store.ts";

onRealStore();

const stages = { S: "s", B: "b", D: "d" };

/** The n-th execution goes to its end. */
function pass(p: Driver, n: number): void {
  p.start();
  p.ok("s", n);
  p.ok("b", n);
  p.ok("d", n);
  expect(p.at(n)).toBe("Succeeded");
}

test("T5 a rollback enters past who waits, whatever the transition says", () => {
  const p = new Driver(stages);
  pass(p, 1);
  pass(p, 2);
  p.transition("D", false);
  p.start();
  p.ok("s");
  p.ok("b");
  expect(p.at(3)).toBe(">D");
  p.rollBack("D", 1);
  expect([p.at(3), p.at(4)]).toEqual([">D", "@D"]);
  expect(p.executions.get(p.e(4))).toMatchObject({ type: "ROLLBACK", rollbackTarget: p.e(1) });
  expect(p.refusal(p.rollingBack("D", 1))).toEqual({
    code: "UnableToRollbackStage",
    stage: "D",
    executionId: p.e(4),
    because: "inUse",
  });
  p.start();
  p.ok("s");
  p.ok("b");
  expect([p.at(3), p.at(5)]).toEqual(["Superseded", ">D"]);
  p.ok("d");
  expect([p.at(4), p.at(5)]).toEqual(["Succeeded", ">D"]);
  p.transition("D", true);
  expect(p.at(5)).toBe("@D");
});

test("T13 a stage retries itself once; a rollback doesn't", () => {
  const p = new Driver(stages, {
    conditions: { B: { onFailure: { result: "RETRY", retryMode: "ALL_ACTIONS" } } },
  });
  pass(p, 1);
  p.start();
  p.ok("s");
  p.start();
  p.ok("s");
  expect([p.at(2), p.at(3)]).toEqual(["@B", ">B"]);
  p.fail("b");
  expect([p.at(2), p.at(3), p.runStatus("B", 2)]).toEqual(["@B", ">B", "InProgress"]);
  const retried = p.executions.get(p.e(2))!;
  expect([retried.runs.B?.automaticRetries, retried.runs.B?.manualRetries, retried.attempt]).toEqual([
    1, 0, 2,
  ]);
  p.fail("b");
  expect([p.at(2), p.at(3)]).toEqual(["Failed", "@B"]);
  expect(p.refusal(p.rollingBack("B", 1))).toMatchObject({ because: "inUse", executionId: p.e(3) });
  p.ok("b");
  expect(p.at(3)).toBe("@D");
  p.rollBack("B", 1);
  expect(p.at(4)).toBe("@B");
  p.fail("b", 4);
  expect([p.at(4), p.executions.get(p.e(4))?.attempt]).toEqual(["Failed", 1]);
});

const rollsBack = { conditions: { D: { onFailure: { result: "ROLLBACK" } } } } as const;

function failingInD(p: Driver): void {
  pass(p, 1);
  p.start();
  p.ok("s");
  p.ok("b");
  p.start();
  p.ok("s");
  p.ok("b");
  expect([p.at(2), p.at(3)]).toEqual(["@D", ">D"]);
}

test("T14 a failure rolls back in its own transaction, before the next enters", () => {
  const p = new Driver(stages, rollsBack);
  failingInD(p);
  p.fail("d");
  expect([p.at(2), p.at(3), p.at(4)]).toEqual(["Failed", ">D", "@D"]);
  expect(p.executions.get(p.e(4))).toMatchObject({
    rollbackTarget: p.e(1),
    trigger: { type: "AutomatedRollback" },
  });
  p.ok("d");
  expect([p.at(4), p.at(3)]).toEqual(["Succeeded", "@D"]);
});

test("T14 variant: a rollback that fails is not rolled back", () => {
  const p = new Driver(stages, rollsBack);
  failingInD(p);
  p.fail("d");
  p.fail("d");
  expect([p.at(4), p.at(3), p.ids.length]).toEqual(["Failed", "@D", 4]);
});

test("T14 variant: after an update there is nothing to roll back to", () => {
  const p = new Driver(stages, rollsBack);
  pass(p, 1);
  p.update(undefined, rollsBack);
  for (const n of [2, 3]) {
    p.start();
    p.ok("s", n);
    p.ok("b", n);
  }
  p.fail("d");
  expect([p.at(2), p.at(3), p.ids.length]).toEqual(["Failed", "@D", 3]);
  expect(p.executions.get(p.e(2))?.statusSummary).toBe(
    "Stage 'D' has no successful execution in pipeline version 2 to roll back to.",
  );
});

test("T29 what a rollback brought is what was in force", () => {
  const p = new Driver(stages, rollsBack);
  pass(p, 1);
  pass(p, 2);
  p.rollBack("D", 1);
  p.ok("d");
  p.start();
  p.ok("s");
  p.ok("b");
  p.fail("d");
  expect(p.executions.get(p.e(5))).toMatchObject({ type: "ROLLBACK", rollbackTarget: p.e(1) });
});
