/** Jobs that were brought to a function, which reports by itself (providers.md P7.3 to P7.5, E3.15, E10). */
import { afterEach, beforeEach, expect, test } from "vitest";
import { FUNCTION, stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

const MINUTE = 60_000;
const NO_REPLY =
  "The AWS Lambda function resize failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.";

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

/** An execution whose function has its job, and no worker any more. */
async function parked(later: Readonly<Record<string, string>> = {}) {
  const configuration = { FunctionName: "resize" };
  const definition = stages({ S: "s", F: "f", ...later }, { configuration });
  await core.commands.createPipeline(core.scope, version(definition), {}, []);
  const taken = await inF();
  await core.jobs.park(core.scope, taken.job.id);
  return taken;
}

/** Another execution of the pipeline, whose function's job is taken. */
async function inF() {
  const execution = await core.start();
  await core.jobs.succeed(core.scope, (await core.take()).id, {});
  return { execution, job: await core.take() };
}

async function elapse(ms: number): Promise<void> {
  core.clock.now += ms;
  await core.jobs.expireLeases();
  await core.commands.fireTimers();
}

const actionF = async (execution: string) => (await core.execution(execution)).runs.F?.actions.f;
const timers = () => core.store.read.selectFrom("timer").select("due").orderBy("due").execute();

test("E3.15 a parked job has no lease: nobody is lost with it, and it isn't handed out again", async () => {
  const { job } = await parked();
  await elapse(19 * MINUTE);
  expect(await core.job(job.id)).toMatchObject({ status: "InProgress", lease_until: null });
  expect(await core.poll()).toEqual([]);
  expect(await core.jobs.extendLease(core.scope, job.id)).toMatchObject({ verdict: "cancel" });
  await core.jobs.giveUp(core.scope, job.id, job.nonce ?? "");
  expect((await core.job(job.id)).status).toBe("InProgress");
});

test("P7.3 the function ends the job by its id, and the timer goes with it", async () => {
  const { execution, job } = await parked();
  expect(await timers()).toHaveLength(2);
  await elapse(10 * MINUTE);
  await core.jobs.succeed(core.scope, job.id, { summary: "resized" });
  expect((await core.execution(execution)).status).toBe("Succeeded");
  expect(await timers()).toEqual([]);
  await elapse(20 * MINUTE);
  expect((await core.execution(execution)).status).toBe("Succeeded");
});

test("E10, P7.4 a function that doesn't report within 20 minutes fails its action: not earlier, and once", async () => {
  const { execution, job } = await parked();
  await elapse(20 * MINUTE - 1);
  expect((await actionF(execution))?.status).toBe("InProgress");
  await elapse(1);
  expect((await actionF(execution))?.status).toBe("Failed");
  expect(await core.job(job.id)).toMatchObject({ status: "TimedOut" });
  const row = (await core.history(execution)).find(({ action }) => action === "f");
  expect(JSON.parse(row!.output)).toMatchObject({ error: { code: "JobFailed", message: NO_REPLY } });
  expect(await timers()).toEqual([]);
  await expect(core.jobs.succeed(core.scope, job.id, {})).rejects.toMatchObject({
    code: "AlreadyTerminated",
  });
});

test("E10.2 what fell due while the server was down fires late, and only then", async () => {
  const { execution } = await parked();
  await elapse(3 * 60 * MINUTE);
  expect((await actionF(execution))?.status).toBe("Failed");
});

test("parking a second time changes nothing, not even when it must have reported", async () => {
  const { execution, job } = await parked();
  const before = await timers();
  await elapse(15 * MINUTE);
  await core.jobs.park(core.scope, job.id);
  expect(await timers()).toEqual(before);
  await elapse(5 * MINUTE);
  expect((await actionF(execution))?.status).toBe("Failed");
});

test("P7.3 a function may report before its worker says that it was invoked", async () => {
  const { execution, job } = await parked({ G: "f2" });
  await core.jobs.succeed(core.scope, job.id, {});
  const next = await core.take();
  await core.jobs.succeed(core.scope, next.id, {});
  await core.jobs.park(core.scope, next.id);
  expect((await core.execution(execution)).status).toBe("Succeeded");
  expect(await timers()).toEqual([]);
});

test("P7.5 a continuation token brings the next job after 15 seconds, which must be reported in 20 minutes of its own", async () => {
  const { execution, job } = await parked();
  await elapse(18 * MINUTE);
  await core.jobs.succeed(core.scope, job.id, { continuationToken: "half" });
  await elapse(14_999);
  expect(await core.poll()).toEqual([]);
  await elapse(1);
  const next = await core.take();
  expect(next).toMatchObject({ continuationToken: "half", actionExecutionId: job.actionExecutionId });
  await core.jobs.park(core.scope, next.id);
  await elapse(19 * MINUTE);
  expect((await actionF(execution))?.status).toBe("InProgress");
  await core.jobs.fail(core.scope, next.id, { type: "JobFailed", message: "no" });
  expect((await actionF(execution))?.status).toBe("Failed");
  expect(await timers()).toEqual([]);
});

test("P7.6 a worker lost before it parks its job has it brought to the function again, in a job of another id", async () => {
  await parked({ G: "f2" }).then(({ job }) => core.jobs.succeed(core.scope, job.id, {}));
  const lost = await core.take();
  await elapse(MINUTE);
  const again = await core.take();
  expect(again).toMatchObject({ actionExecutionId: lost.actionExecutionId, losses: 1 });
  await core.jobs.park(core.scope, lost.id);
  expect((await core.job(again.id)).lease_until).not.toBeNull();
  await expect(core.jobs.succeed(core.scope, lost.id, {})).rejects.toMatchObject({
    code: "AlreadyTerminated",
  });
});

test("a stop that abandons takes the timer with it; what the function says then has no effect", async () => {
  const { execution, job } = await parked();
  await core.run({ type: "stop", executionId: execution, abandon: true });
  expect(await timers()).toEqual([]);
  await core.jobs.succeed(core.scope, job.id, {});
  expect((await core.execution(execution)).status).toBe("Stopped");
});

test("only jobs of functions are parked, and only by whoever has them", async () => {
  await core.commands.createPipeline(core.scope, version(stages({ S: "s", B: "b", F: "f" })), {}, []);
  await core.start();
  await core.jobs.succeed(core.scope, (await core.take()).id, {});
  const build = await core.take();
  await expect(core.jobs.park(core.scope, build.id)).rejects.toMatchObject({ code: "JobNotFound" });
  await core.jobs.succeed(core.scope, build.id, {});
  const [job] = await core.poll(1, [FUNCTION]);
  await expect(core.jobs.park(core.scope, job!.id)).rejects.toMatchObject({ code: "NeverHandedOut" });
  await expect(
    core.jobs.park({ account: "111111111111" }, job!.id),
    "of another account",
  ).rejects.toMatchObject({ code: "JobNotFound" });
  expect((await core.job(job!.id)).status).toBe("Dispatched");
});

test("parking, signs of life, a worker's loss and a function's report at once: an open job has a lease or a timer, never both", async () => {
  const { job: first } = await parked();
  await core.jobs.succeed(core.scope, first.id, {});
  for (let round = 0; round < 12; round++) {
    // An execution each: whether a worker is lost is chance here, and the third time its action would fail.
    const { execution, job } = await inF();
    const { id, nonce = "" } = job;
    core.clock.now += round % 3 === 0 ? MINUTE : 1_000;
    const deeds = [
      () => core.jobs.park(core.scope, id),
      () => core.jobs.extendLease(core.scope, id),
      () => core.jobs.expireLeases(),
      () => core.jobs.park(core.scope, id),
      () => core.jobs.giveUp(core.scope, id, nonce),
      () => core.jobs.succeed(core.scope, id, { continuationToken: String(round) }),
    ].slice(0, round % 2 === 0 ? 4 : 6);
    // Each round another one comes first.
    deeds.unshift(...deeds.splice(round % deeds.length));
    const done = await Promise.allSettled(deeds.map((deed) => deed()));
    const refusals = done.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(refusals.filter((code) => code !== "AlreadyTerminated")).toEqual([]);
    const action = await actionF(execution);
    expect(action?.status).toBe("InProgress");
    const { id: open = "", replyTimer } = action?.job ?? {};
    const { status, lease_until } = await core.job(open);
    if (status === "InProgress") expect(replyTimer === undefined).toBe(lease_until !== null);
    await core.run({ type: "stop", executionId: execution, abandon: true });
  }
});
