/** Rules E6 and E7 of semantics.md that no scenario tells. */
import { describe, expect, test } from "vitest";
import { type Options, rule } from "../support/definitions.ts";
import { Driver } from "../support/driver.ts";

describe("E6 stopping", () => {
  test("E6.2 a stop and wait leaves jobs as they are: a queued one may still be handed out", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    const decision = p.decide(p.stopping(1));
    expect(decision.kind === "done" && decision.effects.map(({ type }) => type)).toEqual(["event", "event"]);
    expect(p.job("s").status).toBe("Queued");
  });

  test.each([false, true])(
    "E6.2, E6.4 a stop of who waits (abandon: %s) is done in the same transaction",
    (abandon) => {
      const p = new Driver({ S: "s", B: "b" });
      p.start();
      p.start();
      p.run(p.stopping(2, abandon));
      expect([p.at(2), p.state.stages.S?.waiting]).toEqual(["Stopped", []]);
    },
  );

  test("E6.5 at Stopped the stage is free, and the next enters in that transaction", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.start();
    p.run(p.stopping(1));
    expect(p.at(2)).toBe(">S");
    p.ok("s");
    expect([p.at(1), p.at(2)]).toEqual(["Stopped", "@S"]);
  });

  test("E6.6 a later abandon replaces the kind, and the reason if it gives one", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.run({ type: "stop", executionId: p.e(1), abandon: false, reason: "first" });
    p.run({ type: "stop", executionId: p.e(1), abandon: true });
    expect(p.executions.get(p.e(1))?.stop).toEqual({ abandon: true, reason: "first" });
  });

  test("E6.6 a reason that the later abandon gives replaces the first one", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.run({ type: "stop", executionId: p.e(1), abandon: false, reason: "first" });
    p.run({ type: "stop", executionId: p.e(1), abandon: true, reason: "second" });
    expect(p.executions.get(p.e(1))?.stop).toEqual({ abandon: true, reason: "second" });
  });

  test.each<[string, Options["conditions"]]>([
    ["automatic retry", { B: { onFailure: { result: "RETRY", retryMode: "ALL_ACTIONS" } } }],
    ["rollback", { B: { onFailure: { result: "ROLLBACK" } } }],
    ["failure condition", { B: { onFailure: { condition: { result: "ROLLBACK", rules: [rule("R")] } } } }],
  ])("E6.3 after a stop is asked a failure has no %s", (_, conditions) => {
    const p = new Driver({ S: "s", B: "b" }, { conditions });
    p.start();
    p.ok("s");
    p.ok("b");
    p.start();
    p.ok("s");
    p.run(p.stopping(2));
    p.fail("b");
    expect([p.at(2), p.executions.get(p.e(2))?.attempt, p.ids.length, p.rules.size]).toEqual([
      "Stopped",
      1,
      2,
      0,
    ]);
  });
});

describe("E7 retrying", () => {
  test("E7.1 same execution, same run, new ids; a stop that was asked is over", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    const first = p.job("s").actionExecutionId;
    p.run(p.stopping(1, true));
    p.run(p.retrying("S", 1));
    expect(p.executions.get(p.e(1))).toMatchObject({ status: "InProgress", attempt: 2 });
    expect(p.executions.get(p.e(1))?.stop).toBeUndefined();
    expect(p.job("s").actionExecutionId).not.toBe(first);
    expect(p.state.stages.S?.lock).toBe(p.e(1));
  });

  test("E7.2 the order of refusals: stage, run, version, latest, state", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    const retry = (stage: string, executionId: string) =>
      p.refusal({ type: "retryStage", stage, executionId, mode: "FAILED_ACTIONS" }).code;
    expect(retry("X", p.e(1))).toBe("StageNotFound");
    expect(retry("S", "nobody")).toBe("StageNotRetryable");
    expect(retry("B", p.e(1))).toBe("StageNotRetryable");
    expect(retry("S", p.e(1))).toBe("StageNotRetryable");
    p.fail("s", 1);
    p.start();
    expect(retry("S", p.e(1))).toBe("NotLatestPipelineExecution");
    p.fail("s", 2);
    p.update();
    expect(retry("S", p.e(2))).toBe("StageNotRetryable");
  });

  test("E7.2 what is outdated can't be retried, in PARALLEL neither, whoever is the latest", () => {
    const p = new Driver({ S: "s", B: "b" }, { mode: "PARALLEL" });
    p.start();
    p.fail("s");
    p.update();
    expect(p.refusal(p.retrying("S", 1)).code).toBe("StageNotRetryable");
    const q = new Driver({ S: "s", B: "b" });
    q.start();
    q.fail("s");
    q.start();
    q.ok("s");
    q.update();
    expect(q.refusal(q.retrying("S", 1)).code).toBe("StageNotRetryable");
  });

  test("E7.2 latest comes before what became of the run, and that before the limit", () => {
    const p = new Driver({ S: "s", B: "b" }, { mode: "QUEUED" });
    p.limit = 1;
    p.start();
    p.ok("s");
    p.ok("b");
    p.start();
    expect(p.refusal(p.retrying("S", 1)).code).toBe("NotLatestPipelineExecution");
    expect(p.refusal(p.retrying("B", 1)).code).toBe("StageNotRetryable");
  });

  test("E7.3 what runs without a failure, succeeded, is Stopping or was cancelled can't be retried", () => {
    const p = new Driver({ S: "s1 | s2", B: "b" });
    p.start();
    const code = (stage: string) => p.refusal(p.retrying(stage, 1)).code;
    expect(code("S")).toBe("StageNotRetryable");
    p.fail("s1");
    p.run(p.stopping(1));
    expect(code("S")).toBe("StageNotRetryable");
    p.ok("s2");
    p.run(p.retrying("S", 1));
    p.ok("s1");
    expect(code("S")).toBe("StageNotRetryable");
  });

  test("E7.3 a stopped waiting execution has no run to retry", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.transition("B", false);
    p.start();
    p.ok("s");
    p.run(p.stopping(1));
    expect(p.refusal(p.retrying("B", 1)).code).toBe("StageNotRetryable");
  });

  test("E7.4 what failed and what was abandoned starts again, once each", () => {
    const p = new Driver({ S: "s", B: "b1 | b2 | b3 ; c" });
    p.start();
    p.ok("s");
    p.ok("b1");
    p.fail("b2");
    p.run(p.stopping(1, true));
    p.run(p.retrying("B", 1));
    const attempts = [...p.history.values()].map(({ action, attempt }) => `${action}.${attempt}`);
    expect(attempts.slice(1)).toEqual(["b1.1", "b2.1", "b3.1", "b2.2", "b3.2"]);
  });

  test("E7.4 if every action has succeeded, the run succeeds at once and the execution goes on", () => {
    const p = new Driver({ S: "s", B: "b", D: "d" });
    p.start();
    p.ok("s");
    p.run(p.stopping(1));
    p.ok("b");
    expect(p.at(1)).toBe("Stopped");
    p.run(p.retrying("B", 1));
    expect([p.runStatus("B", 1), p.at(1)]).toEqual(["Succeeded", "@D"]);
  });

  test("E7.7 retries are counted per stage run", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.fail("s");
    p.run(p.retrying("S", 1));
    p.now += 1000;
    p.fail("s");
    p.run(p.retrying("S", 1));
    p.ok("s");
    expect(p.executions.get(p.e(1))?.runs).toMatchObject({
      S: {
        manualRetries: 2,
        automaticRetries: 0,
        latestRetryTrigger: "ManualStageRetry",
        lastRetryAt: p.now,
      },
      B: { manualRetries: 0 },
    });
  });

  test("E7.9 a retried execution goes on as any other; who waits keeps waiting, and may be superseded", () => {
    const p = new Driver({ S: "s", B: "b1 | b2", D: "d" });
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    p.fail("b1");
    p.run(p.retrying("B", 1));
    p.start();
    p.ok("s", 3);
    expect([1, 2, 3].map((n) => p.at(n))).toEqual(["@B", "Superseded", ">B"]);
    p.ok("b1");
    p.ok("b2");
    expect([p.at(1), p.at(3)]).toEqual(["@D", "@B"]);
  });
});
