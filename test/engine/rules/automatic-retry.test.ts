/** Rule E7.8 of semantics.md. */
import { describe, expect, test } from "vitest";
import type { RetryMode } from "../../../src/core/engine/index.ts";
import { rule } from "../support/definitions.ts";
import { Driver } from "../support/driver.ts";

const retries = (retryMode: RetryMode, stage = "B") => ({
  conditions: { [stage]: { onFailure: { result: "RETRY" as const, retryMode } } },
});

describe("E7.8 automatic retry", () => {
  test("E7.8 FAILED_ACTIONS leaves what succeeded, ALL_ACTIONS begins with the first group", () => {
    for (const [mode, started] of [
      ["FAILED_ACTIONS", ["c"]],
      ["ALL_ACTIONS", ["b"]],
    ] as const) {
      const p = new Driver({ S: "s", B: "b ; c" }, retries(mode));
      p.start();
      p.ok("s");
      p.ok("b");
      p.fail("c");
      const open = [...p.jobs.values()].filter(({ state }) => state === "open");
      expect(open.map(({ action }) => action)).toEqual(started);
    }
  });

  test("E7.8 waits until the last sibling has ended, and keeps the lock", () => {
    const p = new Driver({ S: "s", B: "b1 | b2" }, retries("FAILED_ACTIONS"));
    p.start();
    p.ok("s");
    p.start();
    p.ok("s");
    p.fail("b1", 1);
    expect(p.executions.get(p.e(1))?.attempt).toBe(1);
    p.ok("b2", 1);
    expect([p.executions.get(p.e(1))?.attempt, p.actionStatus("B", "b1", 1), p.at(2)]).toEqual([
      2,
      "InProgress",
      ">B",
    ]);
  });

  test("E7.8 works in the source stage, and for a rejected approval", () => {
    const p = new Driver({ S: "s", B: "b" }, retries("FAILED_ACTIONS", "S"));
    p.start();
    p.fail("s");
    expect(p.at(1)).toBe("@S");
    const q = new Driver({ S: "s", B: "a!" }, retries("FAILED_ACTIONS"));
    q.start();
    q.ok("s");
    const old = q.token("B", "a", 1);
    q.run(q.answer("B", "a", 1, "Rejected"));
    expect(q.at(1)).toBe("@B");
    expect(q.token("B", "a", 1)).not.toBe(old);
  });

  test("E7.7, E7.8 a manual retry doesn't earn another", () => {
    const p = new Driver({ S: "s", B: "b" }, retries("FAILED_ACTIONS"));
    p.start();
    p.ok("s");
    p.fail("b");
    p.fail("b");
    expect(p.at(1)).toBe("Failed");
    p.run(p.retrying("B", 1));
    p.fail("b");
    const { runs, attempt } = p.executions.get(p.e(1))!;
    expect([p.at(1), attempt, runs.B]).toMatchObject([
      "Failed",
      3,
      { automaticRetries: 1, manualRetries: 1, latestRetryTrigger: "ManualStageRetry" },
    ]);
  });

  test("E7.8 what fails at once is retried at once, and no more than once", () => {
    const p = new Driver(
      { S: "s", B: "b" },
      {
        ...retries("ALL_ACTIONS"),
        actions: { b: { configuration: { v: "#{N.gone}" } }, s: { namespace: "N" } },
      },
    );
    p.start();
    p.ok("s");
    expect([p.at(1), [...p.history.values()].filter(({ action }) => action === "b").length]).toEqual([
      "Failed",
      2,
    ]);
  });

  test("E12.5 no stage FAILED before it: stage RESUMED, then the actions", () => {
    const p = new Driver({ S: "s", B: "b" }, retries("FAILED_ACTIONS"));
    p.start();
    p.ok("s");
    const before = p.events.length;
    p.fail("b");
    expect(p.story().slice(before)).toEqual(["action b FAILED", "stage B RESUMED", "action b STARTED"]);
    // E12.4: stage events carry 0 until the first retry.
    expect(p.events.slice(before).map(({ attempt }) => attempt)).toEqual([1, 2, 2]);
    expect(p.events.at(before + 1)?.detail).toEqual({ lastRetryAt: p.now });
  });

  test("E7.6 a retry by itself asks the success condition when its time comes, and the entry not again", () => {
    const p = new Driver(
      { S: "s", B: "b" },
      {
        conditions: {
          B: {
            beforeEntry: { result: "FAIL", rules: [rule("In")] },
            onSuccess: { result: "FAIL", rules: [rule("Out")] },
            onFailure: { result: "RETRY", retryMode: "ALL_ACTIONS" },
          },
        },
      },
    );
    p.start();
    p.ok("s");
    p.ok("In");
    p.fail("b");
    p.ok("b");
    p.ok("Out");
    expect([p.at(1), [...p.rules.values()].map((row) => row.rule)]).toEqual(["Succeeded", ["In", "Out"]]);
  });
});
