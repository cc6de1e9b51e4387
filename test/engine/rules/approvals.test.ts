/** Rules E5 of semantics.md: approvals. Answers and their refusals: scenarios/approvals.test.ts. */
import { describe, expect, test } from "vitest";
import { Driver } from "../support/driver.ts";

describe("E5 approvals", () => {
  test("E5.1 an approval has no job; its token is its action execution's id; it is announced once", () => {
    const p = new Driver(
      { S: "s", D: "a!" },
      {
        actions: {
          s: { namespace: "N" },
          a: { configuration: { CustomData: "of #{N.commit}" }, timeoutMinutes: 7 * 24 * 60 },
        },
      },
    );
    p.start();
    const decision = p.decide(p.success(p.job("s"), { commit: "abc" }));
    const opened = decision.kind === "done" ? decision.effects : [];
    expect(opened.filter(({ type }) => type === "approvalOpened")).toEqual([
      {
        type: "approvalOpened",
        approval: {
          executionId: p.e(1),
          stage: "D",
          action: "a",
          token: p.token("D", "a", 1),
          expiresAt: p.now + 7 * 24 * 60 * 60_000,
          resolvedConfiguration: { CustomData: "of abc" },
        },
      },
    ]);
    expect(opened.some(({ type }) => type === "jobCreated")).toBe(false);
  });

  test("E5.2 a token counts for its own action only", () => {
    const p = new Driver({ S: "s", D: "a1! | a2!" });
    p.start();
    p.ok("s");
    const token = p.token("D", "a1", 1);
    expect(p.refusal(p.answer("D", "a2", 1, "Approved", token))).toMatchObject({ because: "unknown" });
    p.approve("D", "a1", 1);
    expect(p.refusal(p.answer("D", "a2", 1, "Approved", token))).toMatchObject({ because: "unknown" });
  });

  test("E5.2 what was answered is told so before a summary is asked for", () => {
    const p = new Driver(
      { S: "s", D: "a! ; d" },
      { actions: { a: { configuration: { IsSummaryRequired: "true" } } } },
    );
    p.start();
    p.ok("s");
    const token = p.token("D", "a", 1);
    p.run(p.answer("D", "a", 1, "Approved", token, "because"));
    expect(p.refusal(p.answer("D", "a", 1, "Approved", token, " ")).code).toBe("ApprovalAlreadyCompleted");
  });

  test("E5.2 stage and action are those of the version that the token's execution runs", () => {
    const p = new Driver({ S: "s", D: "a!" }, { mode: "PARALLEL" });
    p.start();
    p.ok("s");
    p.update({ S: "s", E: "e" });
    p.approve("D", "a", 1);
    expect(p.at(1)).toBe("Succeeded");
  });

  test("E5.3 a rejection is a failure without error details", () => {
    const p = new Driver({ S: "s", D: "a!" });
    p.start();
    p.ok("s");
    const token = p.token("D", "a", 1);
    p.run(p.answer("D", "a", 1, "Rejected", token, "not today"));
    expect(p.history.get(token)?.end).toEqual({ status: "Failed", summary: "not today", updatedBy: "boss" });
    expect(p.at(1)).toBe("Failed");
  });

  test("E5.4 while an approval waits its stage is locked", () => {
    const p = new Driver({ S: "s", D: "a!" });
    p.start();
    p.ok("s");
    expect(p.state.stages.D?.lock).toBe(p.e(1));
  });

  test("E5.5 under a stop the approval stays open; when it expires the execution is Stopped", () => {
    const p = new Driver({ S: "s", D: "a!" });
    p.start();
    p.ok("s");
    p.run(p.stopping(1));
    expect([p.at(1), p.actionStatus("D", "a", 1)]).toEqual(["@D", "InProgress"]);
    p.now += 60 * 60_000;
    p.fireDue();
    expect([p.at(1), p.actionStatus("D", "a", 1)]).toEqual(["Stopped", "Failed"]);
  });

  test("E5.6 a retry opens a new approval: new token, new expiry", () => {
    const p = new Driver({ S: "s", D: "a!" });
    p.start();
    p.ok("s");
    const token = p.token("D", "a", 1);
    p.run(p.answer("D", "a", 1, "Rejected"));
    p.now += 1000;
    p.run(p.retrying("D", 1));
    expect(p.token("D", "a", 1)).not.toBe(token);
    expect([...p.timers.values()]).toMatchObject([{ kind: "approvalExpiry", due: p.now + 60 * 60_000 }]);
  });
});
