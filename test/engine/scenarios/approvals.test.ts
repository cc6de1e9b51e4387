/** Scenarios of semantics.md about approvals. */
import { expect, test } from "vitest";
import { Driver } from "../support/driver.ts";
import { onRealStore } from "../support/real-store.ts";

onRealStore();

const stages = { S: "s", B: "b", D: "a! ; d" };

test("T2 while an approval waits, newer executions supersede one another before the stage", () => {
  const p = new Driver(stages);
  p.start();
  p.ok("s");
  p.ok("b");
  const token = p.token("D", "a", 1);
  p.start();
  p.ok("s");
  p.ok("b");
  expect([p.at(1), p.at(2)]).toEqual(["@D", ">D"]);
  p.start();
  p.ok("s");
  p.ok("b");
  expect([p.at(1), p.at(2), p.at(3)]).toEqual(["@D", "Superseded", ">D"]);
  p.approve("D", "a", 1);
  p.ok("d");
  expect([p.at(1), p.at(3)]).toEqual(["Succeeded", "@D"]);
  expect(p.token("D", "a", 3)).not.toBe(token);
  expect(p.refusal(p.answer("D", "a", 1, "Approved", token)).code).toBe("ApprovalAlreadyCompleted");
});

test("T3 stop and wait leaves the approval open; once answered the execution is Stopped", () => {
  const p = new Driver(stages);
  p.start();
  p.ok("s");
  p.ok("b");
  p.start();
  p.ok("s");
  p.ok("b");
  p.run(p.stopping(1));
  expect([p.executions.get(p.e(1))?.status, p.runStatus("D", 1), p.actionStatus("D", "a", 1)]).toEqual([
    "Stopping",
    "Stopping",
    "InProgress",
  ]);
  expect(p.refusal(p.stopping(1)).code).toBe("DuplicatedStopRequest");
  p.approve("D", "a", 1);
  expect(p.actionStatus("D", "a", 1)).toBe("Succeeded");
  expect(p.actionStatus("D", "d", 1)).toBeUndefined();
  expect([p.at(1), p.at(2)]).toEqual(["Stopped", "@D"]);
  expect(p.refusal(p.retrying("D", 1)).code).toBe("NotLatestPipelineExecution");
});

test("T19 approvals of one group are independent", () => {
  const p = new Driver({ S: "s", D: "a1! | a2!" });
  p.start();
  p.ok("s");
  p.run(p.answer("D", "a1", 1, "Rejected"));
  expect([p.actionStatus("D", "a1", 1), p.runStatus("D", 1), p.actionStatus("D", "a2", 1)]).toEqual([
    "Failed",
    "InProgress",
    "InProgress",
  ]);
  p.approve("D", "a2", 1);
  expect([p.runStatus("D", 1), p.at(1)]).toEqual(["Failed", "Failed"]);
  const token = p.token("D", "a1", 1);
  p.run(p.retrying("D", 1));
  expect(p.token("D", "a1", 1)).not.toBe(token);
  expect(p.actionStatus("D", "a2", 1)).toBe("Succeeded");
  expect(p.refusal(p.answer("D", "a1", 1, "Approved", token)).code).toBe("ApprovalAlreadyCompleted");
});

test("E5.2 a blank summary is refused where one is required, and the approval stays open", () => {
  const p = new Driver(
    { S: "s", D: "a!" },
    { actions: { a: { configuration: { IsSummaryRequired: "true" } } } },
  );
  p.start();
  p.ok("s");
  expect(p.refusal(p.answer("D", "a", 1, "Approved", undefined, "  "))).toMatchObject({
    because: "summaryRequired",
  });
  p.run(p.answer("D", "a", 1, "Approved", undefined, "because"));
  expect(p.at(1)).toBe("Succeeded");
  expect(p.history.get(p.token("D", "a", 1))?.end).toMatchObject({ summary: "because", updatedBy: "boss" });
});

test("E5.2 the order of refusals: stage, action, token", () => {
  const p = new Driver(stages);
  p.start();
  expect(p.refusal(p.answer("X", "a", 1, "Approved", "t")).code).toBe("StageNotFound");
  expect(p.refusal(p.answer("D", "x", 1, "Approved", "t")).code).toBe("ActionNotFound");
  expect(p.refusal(p.answer("D", "a", 1, "Approved", "t"))).toMatchObject({
    code: "InvalidApprovalToken",
    because: "unknown",
  });
});

test("E5.3 an approval that isn't given in time fails, and may be retried", () => {
  const p = new Driver({ S: "s", D: "a!" }, { actions: { a: { timeoutMinutes: 30 } } });
  p.start();
  p.ok("s");
  const token = p.token("D", "a", 1);
  p.now += 30 * 60_000;
  p.fireDue();
  expect(p.at(1)).toBe("Failed");
  expect(p.history.get(token)?.end?.error).toEqual({
    code: "JobFailed",
    message: "The approval was not given within 30 minutes.",
  });
  expect(p.refusal(p.answer("D", "a", 1, "Approved", token))).toMatchObject({ because: "closed" });
  p.run(p.retrying("D", 1));
  p.approve("D", "a", 1);
  expect(p.at(1)).toBe("Succeeded");
});
