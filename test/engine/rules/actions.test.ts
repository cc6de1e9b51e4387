/** Rules E3.1 to E3.8 of semantics.md: actions and artifacts. */
import { describe, expect, test } from "vitest";
import { Driver, reportOf } from "../support/driver.ts";

const output = { outputs: [{ name: "Out" }] };

describe("E3 actions", () => {
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
});
