import { afterEach, beforeEach, expect, test } from "vitest";
import { stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

/** e1 in B, with b's job acknowledged. */
async function inB(definition = stages({ S: "s", B: "b", D: "d" })) {
  await core.commands.createPipeline(core.scope, version(definition), {}, []);
  const execution = await core.start();
  const source = await core.take();
  await core.jobs.succeed(core.scope, source.id, {});
  return { execution, job: await core.take() };
}

const alreadyTerminated = { name: "JobError", code: "AlreadyTerminated" };

test("T7 a timer before its time does nothing; at its time the action fails and a result finds the end", async () => {
  const { execution, job } = await inB();
  core.clock.now += 59 * 60_000 + 59_000;
  await core.jobs.extendLease(core.scope, job.id);
  await core.commands.fireTimers();
  expect((await core.execution(execution)).status).toBe("InProgress");

  core.clock.now += 1_000;
  await core.commands.fireTimers();
  expect((await core.job(job.id)).status).toBe("TimedOut");
  const after = await core.execution(execution);
  expect(after.status).toBe("Failed");

  core.clock.now += 1_000;
  await expect(core.jobs.succeed(core.scope, job.id, {})).rejects.toMatchObject(alreadyTerminated);
  expect(await core.execution(execution)).toEqual(after);
});

test("T7 of a result and a timeout the one committed first counts", async () => {
  const { execution, job } = await inB();
  core.clock.now += 59 * 60_000 + 59_000;
  await core.jobs.succeed(core.scope, job.id, {});
  core.clock.now += 1_000;
  await core.commands.fireTimers();
  expect((await core.execution(execution)).runs).toMatchObject({
    B: { status: "Succeeded" },
    D: { status: "InProgress" },
  });
});

test("T9 the same result again is answered alike, another one is refused, and the next action has one job", async () => {
  const { execution, job } = await inB();
  const report = { summary: "built", outputVariables: { a: "1", b: "2" } };
  await core.jobs.succeed(core.scope, job.id, report);
  const after = await core.execution(execution);

  await core.jobs.succeed(core.scope, job.id, { outputVariables: { b: "2", a: "1" }, summary: "built" });
  await expect(
    core.jobs.succeed(core.scope, job.id, { ...report, outputVariables: { a: "1", b: "3" } }),
  ).rejects.toMatchObject({ code: "OtherResult" });
  await expect(
    core.jobs.fail(core.scope, job.id, { type: "JobFailed", message: "no" }),
  ).rejects.toMatchObject(alreadyTerminated);

  expect(await core.execution(execution)).toEqual(after);
  expect(await core.poll()).toHaveLength(1);
});

test("E3.14 a failure repeated is answered alike; another failure or a success is refused", async () => {
  const { execution, job } = await inB();
  const failure = { type: "JobFailed", message: "tests failed", externalExecutionId: "7" };
  await core.jobs.fail(core.scope, job.id, failure);
  expect((await core.execution(execution)).status).toBe("Failed");
  await core.jobs.fail(core.scope, job.id, failure);
  await expect(core.jobs.fail(core.scope, job.id, { ...failure, message: "other" })).rejects.toMatchObject({
    code: "OtherResult",
  });
  await expect(core.jobs.succeed(core.scope, job.id, {})).rejects.toMatchObject(alreadyTerminated);
});

test("E3.14 a continuation repeated is answered alike; another token, or none, is another result", async () => {
  const { job } = await inB();
  const report = { summary: "half", continuationToken: "t" };
  await core.jobs.succeed(core.scope, job.id, report);
  await core.jobs.succeed(core.scope, job.id, report);
  for (const other of [{ ...report, continuationToken: "u" }, { summary: "half" }]) {
    await expect(core.jobs.succeed(core.scope, job.id, other)).rejects.toMatchObject({ code: "OtherResult" });
  }
});

test("E3.13 many results of one job at once: one counts, and the same from all is answered alike", async () => {
  const { execution, job } = await inB();
  const report = { summary: "built" };
  await Promise.all(Array.from({ length: 10 }, () => core.jobs.succeed(core.scope, job.id, report)));
  expect(await core.history(execution)).toHaveLength(3);
  expect(await core.poll()).toHaveLength(1);
});

test("E3.11 a result counts without acknowledgement, but not before the job was handed out", async () => {
  await core.commands.createPipeline(core.scope, version(stages({ S: "s", B: "b" })), {}, []);
  const execution = await core.start();
  const { id } = await core.store.read.selectFrom("job").select("id").executeTakeFirstOrThrow();
  await expect(core.jobs.succeed(core.scope, id, {})).rejects.toMatchObject({ code: "NeverHandedOut" });
  await core.poll();
  await core.jobs.succeed(core.scope, id, {});
  expect((await core.execution(execution)).runs).toMatchObject({ S: { status: "Succeeded" } });
});

test("E3.14 a result for an action that was abandoned is answered and changes nothing", async () => {
  const { execution, job } = await inB();
  await core.run({ type: "stop", executionId: execution, abandon: true });
  const after = await core.execution(execution);
  expect(after.status).toBe("Stopped");
  await core.jobs.succeed(core.scope, job.id, { summary: "late" });
  await core.jobs.fail(core.scope, job.id, { type: "JobFailed", message: "late" });
  expect(await core.execution(execution)).toEqual(after);
});

test("E11.7 late results of a deleted pipeline are answered for a day, and nothing is left of it", async () => {
  const { job } = await inB();
  await core.commands.deletePipeline(core.scope, "p");
  await core.jobs.succeed(core.scope, job.id, {});
  expect(await core.jobs.details(core.scope, job.id)).toMatchObject({ id: job.id, status: "Closed" });
  expect(await core.jobs.details(core.scope, job.id)).not.toHaveProperty("credentials");
});

test("E4.10 output variables beyond 122,880 bytes are refused, and the job stays open (api.md §8)", async () => {
  const { execution, job } = await inB();
  const variables = (bytes: number) => ({ outputVariables: { ä: "x".repeat(bytes - 2) } });
  await expect(core.jobs.succeed(core.scope, job.id, variables(122_881))).rejects.toMatchObject({
    code: "OutputVariablesSizeExceeded",
  });
  expect((await core.job(job.id)).status).toBe("InProgress");
  await core.jobs.succeed(core.scope, job.id, variables(122_880));
  expect((await core.execution(execution)).runs).toMatchObject({ B: { status: "Succeeded" } });
});

test("a job of another account or region, or of no pipeline, doesn't exist", async () => {
  const { job } = await inB();
  const notFound = { code: "JobNotFound" };
  const unknown = "11111111-1111-4111-8111-111111111111";
  for (const [scope, id] of [
    [{ account: "111111111111", region: "us-east-1" }, job.id],
    [{ account: "000000000000", region: "eu-west-1" }, job.id],
    [core.scope, unknown],
  ] as const) {
    await expect(core.jobs.acknowledge(scope, id, job.nonce)).rejects.toMatchObject(notFound);
    await expect(core.jobs.details(scope, id)).rejects.toMatchObject(notFound);
    await expect(core.jobs.succeed(scope, id, {})).rejects.toMatchObject(notFound);
    await expect(core.jobs.fail(scope, id, { type: "JobFailed", message: "" })).rejects.toMatchObject(
      notFound,
    );
    await expect(core.jobs.extendLease(scope, id)).rejects.toMatchObject(notFound);
    await expect(core.jobs.progress(scope, id, {})).rejects.toMatchObject(notFound);
  }
  expect(await core.jobs.details({ account: "000000000000" }, job.id)).toMatchObject({ id: job.id });
});

test("a result's details are kept in the action's history, what came before it included", async () => {
  const { execution, job } = await inB();
  await core.jobs.progress(core.scope, job.id, {
    summary: "half",
    percentComplete: 50,
    logStreamArn: "arn:l",
  });
  const output = async () => {
    const row = (await core.history(execution)).find(({ action }) => action === "b");
    return JSON.parse(row?.output ?? "") as unknown;
  };
  expect(await output()).toMatchObject({ summary: "half", percentComplete: 50 });
  await core.jobs.succeed(core.scope, job.id, { summary: "done", externalExecutionId: "7" });
  const ended = await output();
  expect(ended).toMatchObject({ summary: "done", externalExecutionId: "7", logStreamArn: "arn:l" });
  await core.jobs.progress(core.scope, job.id, { summary: "late" });
  expect(await output()).toEqual(ended);
});
