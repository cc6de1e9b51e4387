/** Rules E1 and E13 of semantics.md: what an execution is, and what starts it. */
import { describe, expect, test } from "vitest";
import { Driver, reportOf } from "../support/driver.ts";

const stages = { S: "s", B: "b" };

describe("E1 executions", () => {
  test("E1.1 a waiting execution is InProgress", () => {
    const p = new Driver(stages);
    p.transition("S", false);
    p.start();
    expect(p.executions.get(p.e(1))).toMatchObject({ status: "InProgress", waitingBefore: { stage: "S" } });
  });

  test("E1.2 the status follows from the parts, from the start to the last stage's end", () => {
    const p = new Driver(stages);
    const status = () => p.executions.get(p.e(1))?.status;
    p.start();
    expect(status()).toBe("InProgress");
    p.ok("s");
    expect(status()).toBe("InProgress");
    p.ok("b");
    expect(status()).toBe("Succeeded");
  });

  test("E1.3 Succeeded, Superseded and Cancelled are for good", () => {
    const p = new Driver(stages);
    p.start();
    p.start();
    p.start();
    expect(p.at(2)).toBe("Superseded");
    expect(p.refusal(p.retrying("S", 2)).code).toBe("StageNotRetryable");
    p.ok("s", 1);
    p.ok("b", 1);
    expect(p.refusal(p.retrying("B", 1)).code).toBe("StageNotRetryable");
    p.update();
    expect(p.at(3)).toBe("@S");
    p.fail("s", 3);
    expect(p.at(3)).toBe("Cancelled");
    expect(p.refusal(p.retrying("S", 3)).code).toBe("StageNotRetryable");
  });

  test("E1.4 what is fixed at creation: seq, version, mode, trigger, variables, start time", () => {
    const p = new Driver(stages, { variables: [{ name: "Env", defaultValue: "dev" }] });
    p.start({ revisions: { s: { revisionId: "abc" } } });
    p.start();
    expect(p.executions.get(p.e(1))).toMatchObject({
      seq: 1,
      version: 1,
      mode: "SUPERSEDED",
      type: "STANDARD",
      trigger: { type: "StartPipelineExecution", detail: "me" },
      variables: { Env: "dev" },
      revisions: { s: { revisionId: "abc" } },
      startedAt: p.now,
    });
    expect(p.executions.get(p.e(2))?.seq).toBe(2);
  });

  test("E1.5 attempt starts at 1 and grows with every retry", () => {
    const p = new Driver(stages);
    p.start();
    for (const attempt of [1, 2, 3]) {
      expect(p.executions.get(p.e(1))?.attempt).toBe(attempt);
      p.fail("s");
      p.run(p.retrying("S", 1));
    }
  });

  test("E1.6 a required variable without value: failed at once, with no run, no lock, superseding nobody", () => {
    const p = new Driver(stages, {
      variables: [{ name: "A" }, { name: "B", defaultValue: "" }, { name: "C" }],
    });
    p.start({ variables: { A: "1", C: "2" } });
    p.start({ variables: { A: "1", C: "2" } });
    p.start();
    expect(p.executions.get(p.e(3))).toMatchObject({
      status: "Failed",
      statusSummary: "Values for required variables haven't been provided: A,C",
      runs: {},
    });
    expect(p.executions.get(p.e(3))?.variables).toBeUndefined();
    expect([p.at(1), p.at(2)]).toEqual(["@S", ">S"]);
    expect(p.refusal(p.retrying("S", 3)).code).toBe("StageNotRetryable");
  });

  test("E1.8 the limit comes before required variables: a caller is refused, a push told of the limit", () => {
    const p = new Driver(stages, { mode: "QUEUED", variables: [{ name: "A" }] });
    p.limit = 1;
    p.start({ variables: { A: "1" } });
    const trigger = { type: "StartPipelineExecution", detail: "me" };
    const call = { type: "start", trigger, variables: {}, revisions: {}, origin: "caller" } as const;
    expect(p.refusal(call).code).toBe("ConcurrentExecutionsLimitExceeded");
    p.start({ push: true });
    expect(p.executions.get(p.e(2))).toMatchObject({
      status: "Failed",
      statusSummary: "The limit of 1 concurrent executions was reached.",
    });
  });

  test("E1.7 all sources run; one is bound, the other takes the newest; a retry delivers the recorded one", () => {
    const p = new Driver({ S: "s1 | s2", B: "b" }, { actions: { s2: { outputs: [{ name: "O" }] } } });
    p.start({ revisions: { s1: { revisionId: "pushed" } } });
    expect(p.job("s1").work.sourceRevision).toEqual({ revisionId: "pushed" });
    expect(p.job("s2").work.sourceRevision).toBeUndefined();
    const revision = { revision: "r7", changeIdentifier: "c7", revisionSummary: "seven" };
    p.run({ ...p.success(p.job("s2")), revision } as never);
    expect(p.executions.get(p.e(1))).toMatchObject({
      sourceRevisions: [{ actionName: "s2", revisionId: "r7", revisionSummary: "seven" }],
      artifactRevisions: [{ name: "O", revisionId: "r7", revisionChangeIdentifier: "c7" }],
    });
    p.fail("s1");
    p.run(p.retrying("S", 1, "ALL_ACTIONS"));
    expect(p.job("s2").work.sourceRevision).toMatchObject({ revisionId: "r7" });
    p.run({ ...p.success(p.job("s2")), revision } as never);
    expect(p.executions.get(p.e(1))?.sourceRevisions).toHaveLength(1);
  });

  test("E1.7 of an object in S3 the version id and its summary are recorded (api.md §11, GetPipelineExecution)", () => {
    const type = { category: "Source", owner: "AWS", provider: "S3", version: "1" };
    const p = new Driver(stages, { actions: { s: { type, outputs: [{ name: "O" }] } } });
    p.start();
    const revision = { revision: "v1", changeIdentifier: "v1", created: 1, revisionSummary: "one" };
    p.run({ ...p.success(p.job("s")), revision } as never);
    const { artifactRevisions } = p.executions.get(p.e(1))!;
    expect(artifactRevisions).toEqual([{ name: "O", revisionId: "v1", revisionSummary: "one" }]);
  });

  test("E1.7 what a source delivers without saying so is the revision that it was bound to", () => {
    const p = new Driver(stages, { actions: { s: { outputs: [{ name: "O" }] } } });
    p.start({ push: true, revisions: { s: { revisionId: "pushed" } } });
    p.ok("s");
    expect(p.executions.get(p.e(1))).toMatchObject({
      sourceRevisions: [{ actionName: "s", revisionId: "pushed" }],
      artifactRevisions: [{ name: "O", revisionId: "pushed" }],
    });
  });

  test("E1.7 a revision that a continued job reported counts once the action has succeeded", () => {
    const p = new Driver(stages);
    p.start();
    const revision = { revision: "r1", changeIdentifier: "c1" };
    const { type: _, ...report } = { ...p.success(p.job("s")), revision } as never as Record<string, unknown>;
    p.run({ ...report, type: "jobContinued", continuationToken: "t", delay: 0 } as never);
    expect(p.executions.get(p.e(1))?.sourceRevisions).toEqual([]);
    p.ok("s");
    expect(p.executions.get(p.e(1))?.sourceRevisions).toEqual([{ actionName: "s", revisionId: "r1" }]);
  });

  test("E1.9 a terminal execution leaves no lock, no place, no job, no timer", () => {
    const p = new Driver(stages);
    p.start();
    p.run(p.stopping(1, true));
    expect(p.state.stages.S).toMatchObject({ waiting: [] });
    expect(p.state.stages.S?.lock).toBeUndefined();
    expect(p.timers.size).toBe(0);
    expect([...p.jobs.values()].every(({ state }) => state === "ended")).toBe(true);
  });

  test.each<[string, (p: Driver) => unknown]>([
    ["Failed", (p) => p.fail("s")],
    ["Stopped", (p) => p.run(p.stopping(1, true))],
    ["Succeeded", (p) => [p.ok("s"), p.ok("b")]],
  ])("E1.10 an execution that is %s by what its actions did has no summary", (status, end) => {
    const p = new Driver(stages);
    p.start();
    end(p);
    expect(p.executions.get(p.e(1))).toMatchObject({ status });
    expect(p.executions.get(p.e(1))).not.toHaveProperty("statusSummary");
  });

  test("E1.10 a revived execution loses its summary", () => {
    const p = new Driver(stages);
    p.start();
    p.fail("s");
    const failed = p.executions.get(p.e(1))!;
    p.executions.set(p.e(1), { ...failed, statusSummary: "old" });
    p.run(p.retrying("S", 1));
    expect(p.executions.get(p.e(1))?.statusSummary).toBeUndefined();
  });
});

describe("E13 starts", () => {
  test("E13.1 a bound revision is kept through waiting and retries", () => {
    const p = new Driver(stages);
    p.start();
    p.start({ push: true, revisions: { s: { revisionId: "bound" } } });
    p.ok("s", 1);
    expect(p.job("s", 2).work.sourceRevision).toEqual({ revisionId: "bound" });
    p.fail("s", 2);
    p.run(p.retrying("S", 2));
    expect(p.job("s", 2).work.sourceRevision).toEqual({ revisionId: "bound" });
  });

  test("E13.2 every accepted change makes its own execution: QUEUED runs all in order", () => {
    const p = new Driver(stages, { mode: "QUEUED" });
    for (const n of [1, 2, 3]) p.start({ push: true, revisions: { s: { revisionId: `p${n}` } } });
    const ran = [1, 2, 3].map((n) => p.ok("s", n).work.sourceRevision?.revisionId);
    expect(ran).toEqual(["p1", "p2", "p3"]);
  });
});

describe("E10 time", () => {
  test("E10.1 timers are set and cancelled with what they belong to", () => {
    const p = new Driver({ S: "s", B: "b1 | b2" });
    p.start();
    expect(p.timers.size).toBe(1);
    p.ok("s");
    expect(p.timers.size).toBe(2);
    p.fail("b1");
    p.run(p.stopping(1, true));
    expect(p.timers.size).toBe(0);
  });

  test("E10.2 a timer that isn't due does nothing, and stays", () => {
    const p = new Driver(stages);
    p.start();
    const [timer] = [...p.timers.values()];
    p.now = timer!.due - 1;
    const before = p.state;
    expect(p.decide({ type: "timerFired", timer: timer! })).toMatchObject({ executions: [], effects: [] });
    expect([p.state, p.timers.size]).toEqual([before, 1]);
  });

  test("E10.4 the engine never sees time go back", () => {
    const p = new Driver(stages);
    const late = p.now + 1000;
    p.now = late;
    p.start();
    p.now -= 5000;
    p.ok("s");
    expect(p.executions.get(p.e(1))?.updatedAt).toBe(late);
    expect(p.history.size).toBe(2);
    expect([...p.history.values()].map(({ startedAt }) => startedAt)).toEqual([late, late]);
  });

  test("E10.2 a timer that is gone does nothing", () => {
    const p = new Driver(stages);
    p.start();
    const [timer] = [...p.timers.values()];
    p.ok("s");
    const before = JSON.stringify([...p.executions]);
    p.now += 999_999_999;
    p.run({ type: "timerFired", timer: timer! });
    expect(JSON.stringify([...p.executions])).toBe(before);
  });

  test("E10.3 a lost lease and a time-out: the one committed first counts", () => {
    const p = new Driver(stages);
    p.start();
    const job = p.job("s");
    p.now += 60 * 60_000;
    p.fireDue();
    expect(p.refusal({ type: "jobLost", ...reportOf(job) }).code).toBe("JobNotOpen");
  });
});
