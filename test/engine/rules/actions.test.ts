/** Rules E3, E6.6 and E7 of semantics.md: actions, artifacts, jobs and their retries. */
import { describe, expect, test } from "vitest";
import { Driver, reportOf } from "../support/driver.ts";

const output = { outputs: [{ name: "Out" }] };

describe("E3 actions and jobs", () => {
  test("E3.1 groups start in ascending runOrder, gaps mean nothing, all of one group at once", () => {
    const p = new Driver(
      { S: "s", B: "b1 | b2 ; c" },
      { actions: { b1: { runOrder: 3 }, b2: { runOrder: 3 }, c: { runOrder: 7 } } },
    );
    p.start();
    p.ok("s");
    expect([p.job("b1").createdAt, p.job("b2").createdAt]).toEqual([p.now, p.now]);
    p.ok("b2");
    expect(p.actionStatus("B", "c", 1)).toBeUndefined();
    p.ok("b1");
    expect(p.actionStatus("B", "c", 1)).toBe("InProgress");
  });

  test("E3.1 the actions of a group start in the order of their declaration", () => {
    const p = new Driver({ S: "s", B: "b3 | b1 | b2" });
    p.start();
    p.ok("s");
    expect([...p.history.values()].slice(1).map(({ action }) => action)).toEqual(["b3", "b1", "b2"]);
  });

  test("E3.2 starting: a history row, a job with the work, a time-out", () => {
    const p = new Driver(
      { S: "s", B: "b" },
      { actions: { s: { ...output, timeoutMinutes: 5, roleArn: "arn:r" } } },
    );
    p.start();
    const job = p.job("s");
    expect(p.history.get(job.actionExecutionId)).toMatchObject({
      stage: "S",
      action: "s",
      attempt: 1,
      roleArn: "arn:r",
    });
    expect(job.work).toMatchObject({
      timeoutMinutes: 5,
      region: "us-east-1",
      roleArn: "arn:r",
      actionStartedAt: p.now,
    });
    expect([...p.timers.values()]).toMatchObject([{ kind: "actionTimeout", due: p.now + 5 * 60_000 }]);
  });

  test("E3.3 nothing leaves Succeeded, Failed and Abandoned: what is said later finds no open action", () => {
    const p = new Driver({ S: "s", B: "b1 | b2 | b3" });
    p.start();
    p.ok("s");
    const [one, two, three] = ["b1", "b2", "b3"].map((name) => p.job(name));
    p.ok("b1");
    p.fail("b2");
    p.run(p.stopping(1, true));
    const statuses = () => ["b1", "b2", "b3"].map((name) => p.actionStatus("B", name, 1));
    expect(statuses()).toEqual(["Succeeded", "Failed", "Abandoned"]);
    for (const job of [one, two, three]) {
      expect(p.refusal(p.success(job!))).toEqual({ code: "JobNotOpen", jobId: job!.id });
    }
    expect(statuses()).toEqual(["Succeeded", "Failed", "Abandoned"]);
  });

  test("E3.4 a failure in a group lets its siblings go on to their own end; no later group starts", () => {
    const p = new Driver({ S: "s", B: "b1 | b2 ; c" });
    p.start();
    p.ok("s");
    p.fail("b1");
    p.ok("b2");
    expect(["b1", "b2", "c"].map((name) => p.actionStatus("B", name, 1))).toEqual([
      "Failed",
      "Succeeded",
      undefined,
    ]);
  });

  test("E3.5 an input that wasn't produced here fails the action at its start, without a job", () => {
    const p = new Driver({ S: "s", B: "b" }, { actions: { b: { inputs: ["Nobody"] } } });
    p.start();
    p.ok("s");
    expect(p.at(1)).toBe("Failed");
    expect([...p.history.values()].at(-1)?.end?.error).toEqual({
      code: "ConfigurationError",
      message: "Input artifact 'Nobody' of action 'b' was not produced in this execution.",
    });
    expect([...p.jobs.values()].some(({ action }) => action === "b")).toBe(false);
  });

  test("E3.5 an action type that is gone fails the action", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.missingTypes.add("Robot");
    p.start();
    p.ok("s");
    expect([...p.history.values()].at(-1)?.end?.error?.message).toBe(
      "ActionType (Category: 'Test', Provider: 'Robot', Owner: 'Custom', Version: '1') in action 'b' is not available in region 'US_EAST_1'",
    );
  });

  test("E3.5 no artifact store for the region, a configuration that is too large (api.md §8)", () => {
    const p = new Driver(
      { S: "s", B: "b1 | b2" },
      { actions: { b1: { region: "eu-west-1" }, b2: { configuration: { x: "é".repeat(51_200) } } } },
    );
    p.start();
    p.ok("s");
    expect([...p.history.values()].slice(1).map(({ end }) => end?.error?.message)).toEqual([
      "There is no artifact store for region 'eu-west-1'.",
      "The resolved configuration of action 'b2' is larger than 102400 bytes.",
    ]);
  });

  test.each([
    [102_400, "InProgress"],
    [102_401, "Failed"],
  ])("E3.5, E4.10 a configuration that references make %i bytes long: the action is %s", (bytes, status) => {
    const configuration = { text: "#{N.a}" };
    const p = new Driver({ S: "s", B: "b" }, { actions: { s: { namespace: "N" }, b: { configuration } } });
    p.start();
    p.ok("s", 1, { a: "é".repeat(10) + "x".repeat(bytes - 20 - "text".length) });
    expect(p.actionStatus("B", "b", 1)).toBe(status);
  });

  test("E3.5 when all of a group fail at their start, the stage fails in the same transaction", () => {
    const p = new Driver(
      { S: "s", B: "b1 | b2 ; c" },
      { actions: { b1: { inputs: ["N"] }, b2: { inputs: ["N"] } } },
    );
    p.start();
    p.ok("s");
    expect([p.at(1), p.actionStatus("B", "c", 1)]).toEqual(["Failed", undefined]);
  });

  test("E3.6 inputs are where the latest success put them", () => {
    const p = new Driver({ S: "s", B: "b" }, { actions: { s: output, b: { inputs: ["Out"] } } });
    p.start();
    const revision = { revision: "r1", changeIdentifier: "c1" };
    p.run({ ...p.success(p.job("s")), revision } as never);
    const { work } = p.job("b");
    expect(work.inputs).toEqual([
      { name: "Out", region: "us-east-1", bucket: "artifacts", key: expect.any(String), revision: "r1" },
    ]);
  });

  test("E3.6 the output of an action that hasn't succeeded isn't there", () => {
    const p = new Driver(
      { S: "s", B: "b1 | b2" },
      { actions: { b1: { ...output, namespace: "N" }, b2: { inputs: ["Out"] } } },
    );
    p.start();
    p.ok("s");
    expect([p.actionStatus("B", "b1", 1), p.actionStatus("B", "b2", 1)]).toEqual(["InProgress", "Failed"]);
  });

  test("E3.8 a key is made of pipeline, artifact and seven characters; a continued action keeps it", () => {
    const p = new Driver(
      { S: "s", B: "b" },
      { actions: { b: { outputs: [{ name: "VeryLongArtifactName", files: ["a"] }] } } },
    );
    p.start();
    p.ok("s");
    const job = p.job("b");
    expect(job.work.outputs[0]).toMatchObject({ bucket: "artifacts", files: ["a"] });
    expect(job.work.outputs[0]?.key).toMatch(/^web\/VeryLongAr\/[0-9a-z]{7}\.zip$/);
    p.run({ type: "jobContinued", ...reportOf(job), details: {}, continuationToken: "t", delay: 0 });
    expect(p.job("b").work.outputs).toEqual(job.work.outputs);
  });

  test("E3.11 a failure drops outputs and variables", () => {
    const p = new Driver({ S: "s", B: "b" }, { actions: { b: { ...output, namespace: "N" } } });
    p.start();
    p.ok("s");
    const job = p.fail("b");
    expect(p.history.get(job.actionExecutionId)?.end).toEqual({
      status: "Failed",
      error: { code: "JobFailed", message: "no" },
    });
    expect(p.executions.get(p.e(1))?.runs.B?.actions.b?.variables).toBeUndefined();
  });

  test("E3.12 a delayed continuation is Created until its time, and the action's time-out isn't restarted", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    const due = [...p.timers.values()][0]?.due;
    p.now += 1000;
    p.run({
      type: "jobContinued",
      ...reportOf(p.job("b")),
      details: { summary: "half" },
      continuationToken: "t",
      delay: 30_000,
    });
    expect(p.job("b").status).toBe("Created");
    expect([...p.timers.values()].find(({ kind }) => kind === "actionTimeout")?.due).toBe(due);
    expect(p.history.get(p.job("b").actionExecutionId)?.end).toEqual({ summary: "half" });
    p.now += 30_000;
    p.fireDue();
    expect(p.job("b").status).toBe("Queued");
  });

  test("E3.12, E4.6 the next job of an action sees the configuration that the first one saw", () => {
    const configuration = { text: "#{N.v}" };
    const p = new Driver({ S: "s", B: "b" }, { actions: { s: { namespace: "N" }, b: { configuration } } });
    p.start();
    p.ok("s", 1, { v: "one" });
    const { id, ...first } = p.job("b");
    p.run({ type: "jobContinued", ...reportOf(p.job("b")), details: {}, continuationToken: "t", delay: 0 });
    expect(p.job("b").work).toEqual(first.work);
    expect(p.job("b").id).not.toBe(id);
    expect(first.work.resolvedConfiguration).toEqual({ text: "one" });
  });

  test("E3.13 a result moves all that follows from it in its own transaction", () => {
    const p = new Driver({ S: "s", B: "b", D: "d" });
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    p.events.length = 0;
    p.ok("b", 1);
    expect(p.story()).toEqual([
      "action b SUCCEEDED",
      "stage B SUCCEEDED",
      "stage D STARTED",
      "action d STARTED",
      "stage B STARTED",
      "action b STARTED",
    ]);
  });

  test("E3.15 a lost worker's job keeps the continuation token", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    p.run({ type: "jobLost", ...reportOf(p.job("b")), continuationToken: "where it was" });
    expect(p.job("b")).toMatchObject({ continuationToken: "where it was" });
  });

  test("E3.15 lost workers are counted over the action's continuations", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    for (let loss = 1; loss <= 2; loss++) {
      p.run({ type: "jobLost", ...reportOf(p.job("b")) });
      p.run({
        type: "jobContinued",
        ...reportOf(p.job("b")),
        details: {},
        continuationToken: "t",
        delay: 0,
      });
    }
    p.run({ type: "jobLost", ...reportOf(p.job("b")) });
    expect([...p.history.values()].at(-1)?.end?.error?.code).toBe("SystemUnavailable");
  });
});

describe("E6 and E7 stopping and retrying", () => {
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
});
