import { afterEach, beforeEach, expect, test } from "vitest";
import type { JobWork } from "../../src/core/engine/index.ts";
import { CUSTOM, stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

async function inB(action: string) {
  const outputs = [{ name: "out" }];
  const definition = stages({ S: "s", B: action });
  const withOutputs = {
    ...definition,
    stages: definition.stages.map((stage) => ({
      ...stage,
      actions: stage.actions.map((each) => (each.name === action ? { ...each, outputs } : each)),
    })),
  };
  await core.commands.createPipeline(core.scope, version(withOutputs), {}, []);
  const execution = await core.start();
  await core.jobs.succeed(core.scope, (await core.take()).id, {});
  return { execution, job: await core.take() };
}

const keyOf = (work: JobWork) => work.outputs[0]?.key;

test("T8 a built-in worker that dies: the job comes again with new output keys, its late result is refused", async () => {
  const { execution, job: first } = await inB("b");
  core.clock.now += 59_999;
  await core.jobs.expireLeases();
  expect((await core.job(first.id)).status).toBe("InProgress");
  core.clock.now += 1;
  await core.jobs.expireLeases();
  expect((await core.job(first.id)).status).toBe("TimedOut");

  const second = await core.take();
  expect(second.id).not.toBe(first.id);
  expect(second.actionExecutionId).toBe(first.actionExecutionId);
  expect(second.losses).toBe(1);
  expect(keyOf(second.work)).not.toBe(keyOf(first.work));
  await expect(core.jobs.succeed(core.scope, first.id, {})).rejects.toMatchObject({
    code: "AlreadyTerminated",
  });
  await core.jobs.succeed(core.scope, second.id, {});
  const { status, runs } = await core.execution(execution);
  expect(status).toBe("Succeeded");
  expect(runs.B?.actions.b?.outputs.out?.key).toBe(keyOf(second.work));
});

test("a job that its worker gives up comes again at once, and is lost like one whose lease ran out", async () => {
  const { job: first } = await inB("b");
  const giveUp = () => core.jobs.giveUp(core.scope, first.id, first.nonce!);
  await giveUp();
  expect((await core.job(first.id)).status).toBe("TimedOut");
  const second = await core.take();
  expect(second).toMatchObject({ actionExecutionId: first.actionExecutionId, losses: 1 });
  // Again, as one does who has got no answer: the other worker keeps its job.
  await giveUp();
  expect((await core.job(second.id)).status).toBe("InProgress");
});

test("E3.10 a job that is given up before it is acknowledged comes again with another nonce", async () => {
  await core.commands.createPipeline(core.scope, version(stages({ S: "s", B: "b" })), {}, []);
  await core.start();
  const [first] = await core.poll(1);
  await core.jobs.giveUp(core.scope, first!.id, first!.nonce!);
  const [again] = await core.poll(1);
  expect(again).toMatchObject({ id: first!.id, losses: 0 });
  expect(again!.nonce).not.toBe(first!.nonce);
});

test("E3.10 a job that was handed out again isn't given up by who had it before", async () => {
  await core.commands.createPipeline(core.scope, version(stages({ S: "s", B: "b" })), {}, []);
  await core.start();
  const [first] = await core.poll(1);
  core.clock.now += 31_000;
  await core.jobs.expireLeases();
  const [again] = await core.poll(1);
  expect(again!.id).toBe(first!.id);
  for (const acknowledged of [false, true]) {
    if (acknowledged) await core.jobs.acknowledge(core.scope, again!.id, again!.nonce!);
    await core.jobs.giveUp(core.scope, first!.id, first!.nonce!);
    expect(await core.job(again!.id)).toMatchObject({
      status: acknowledged ? "InProgress" : "Dispatched",
      nonce: again!.nonce,
    });
  }
});

test("E3.15 renewals keep the lease, the third lost one fails the action", async () => {
  const { execution, job } = await inB("b");
  for (let minute = 0; minute < 5; minute++) {
    core.clock.now += 50_000;
    await core.jobs.expireLeases();
    expect(await core.jobs.extendLease(core.scope, job.id)).toEqual({ verdict: "continue" });
  }
  for (let loss = 1; loss <= 3; loss++) {
    if (loss > 1) await core.take();
    core.clock.now += 60_000;
    await core.jobs.expireLeases();
  }
  const row = (await core.history(execution)).find(({ action }) => action === "b");
  expect(row?.status).toBe("Failed");
  expect(JSON.parse(row?.output ?? "")).toMatchObject({
    error: { code: "SystemUnavailable", message: "The worker running this action was lost 3 times" },
  });
  expect(await core.jobs.extendLease(core.scope, job.id)).toMatchObject({ verdict: "cancel" });
});

test("T8 a custom worker that dies: nothing happens until the action's timeout", async () => {
  await core.store.transaction((tx) =>
    tx
      .insertInto("action_type")
      .values({
        ...core.scope,
        category: CUSTOM.category,
        provider: CUSTOM.provider,
        version: CUSTOM.version,
        definition: "{}",
        deleted: 0,
      })
      .execute(),
  );
  const { execution, job } = await inB("x");
  core.clock.now += 24 * 3_600_000 - 1;
  await core.jobs.expireLeases();
  await core.commands.fireTimers();
  expect((await core.job(job.id)).status).toBe("InProgress");
  core.clock.now += 1;
  await core.commands.fireTimers();
  expect((await core.job(job.id)).status).toBe("TimedOut");
  expect((await core.execution(execution)).status).toBe("Failed");
});

test("E3.15 a partner's worker keeps no lease: nothing happens until the action's timeout", async () => {
  const id = { category: "Test", owner: "ThirdParty", provider: "Scanner", version: "1" };
  const none = { minimumCount: 0, maximumCount: 0 };
  const executor = { type: "JobWorker", configuration: {} } as const;
  const declaration = { id, executor, inputArtifactDetails: none, outputArtifactDetails: none };
  const partner = { account: core.scope.account, clients: [], declaration };
  const partnered = await harness(core.store, [], [partner]);
  await partnered.commands.createPipeline(core.scope, version(stages({ S: "s" }, { type: id })), {}, []);
  await partnered.start();
  const [job] = await partnered.poll(1, [id]);
  await partnered.jobs.acknowledge(core.scope, job!.id, job!.nonce!);
  partnered.clock.now += 59 * 60_000;
  await partnered.jobs.expireLeases();
  expect((await partnered.job(job!.id)).status).toBe("InProgress");
});

test("a stopped action's worker is told to cancel; stop and wait lets it go on", async () => {
  const { execution, job } = await inB("b");
  await core.run({ type: "stop", executionId: execution, abandon: false });
  expect(await core.jobs.extendLease(core.scope, job.id)).toEqual({ verdict: "continue" });
  await core.run({ type: "stop", executionId: execution, abandon: true });
  expect(await core.jobs.extendLease(core.scope, job.id)).toMatchObject({ verdict: "cancel" });
});

test("expireLeases tells when the next lease ends", async () => {
  await inB("b");
  expect(await core.jobs.expireLeases()).toBe(core.clock.now + 60_000);
});

test("T20 continuation and stop: the continued job is still handed out, and ends the execution", async () => {
  const { execution, job: first } = await inB("b");
  await core.jobs.succeed(core.scope, first.id, {
    continuationToken: "go on",
    summary: "half",
    delay: 0,
  });
  expect((await core.job(first.id)).status).toBe("Succeeded");
  await core.run({ type: "stop", executionId: execution, abandon: false });
  expect((await core.execution(execution)).status).toBe("Stopping");

  const second = await core.take();
  expect(second).toMatchObject({
    actionExecutionId: first.actionExecutionId,
    continuationToken: "go on",
  });
  expect(keyOf(second.work)).toBe(keyOf(first.work));
  await core.jobs.succeed(core.scope, second.id, {});
  const row = (await core.history(execution)).find(({ action }) => action === "b");
  expect(row?.status).toBe("Succeeded");
  expect((await core.execution(execution)).status).toBe("Stopped");
  await expect(core.jobs.succeed(core.scope, first.id, { summary: "other" })).rejects.toMatchObject({
    code: "OtherResult",
  });
});

test("E3.12 a continued job with a delay is handed out when the delay is over; a lost one keeps its token", async () => {
  const { job: first } = await inB("b");
  await core.jobs.succeed(core.scope, first.id, { continuationToken: "later \u0000", delay: 30_000 });
  core.clock.now += 29_999;
  await core.commands.fireTimers();
  expect(await core.poll()).toEqual([]);
  core.clock.now += 1;
  const never = new AbortController();
  const woken = core.jobs.wait(core.scope, [first.type], 60_000, never.signal);
  await core.commands.fireTimers();
  expect(await woken).toBe(true);
  expect(await core.take()).toMatchObject({ continuationToken: "later \u0000", losses: 0 });

  core.clock.now += 60_000;
  await core.jobs.expireLeases();
  expect(await core.take()).toMatchObject({ continuationToken: "later \u0000", losses: 1 });
});

test("P0.4 a built-in provider that goes on is handed its next job 15 s later", async () => {
  const { job: first } = await inB("b");
  await core.jobs.succeed(core.scope, first.id, { continuationToken: "look again" });
  expect(await core.jobs.poll(core.scope, { types: [first.type], max: 1 })).toEqual([]);
  core.clock.now += 14_999;
  await core.commands.fireTimers();
  expect(await core.jobs.poll(core.scope, { types: [first.type], max: 1 })).toEqual([]);
  core.clock.now += 1;
  await core.commands.fireTimers();
  expect(await core.take()).toMatchObject({ continuationToken: "look again" });
});
