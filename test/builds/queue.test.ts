/** P2.2 `concurrentBuildLimit` and `queuedTimeoutInMinutes`: the real engine, store and job keeper, under a clock that the test sets. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KeptJob } from "../../src/core/jobs/types.ts";
import { BUILD, SOURCE, scope, stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

const MINUTE = 60_000;

let core: Harness;
beforeEach(async () => {
  core = await harness();
  await core.builds.createProject(scope, "web", { concurrentBuildLimit: 1, queuedTimeoutInMinutes: 5 });
});
afterEach(() => core.close());

/** A pipeline whose build a worker has acknowledged; its jobs stand in order of the names. */
async function building(...names: string[]): Promise<KeptJob[]> {
  const jobs: KeptJob[] = [];
  for (const name of names) {
    await core.commands.createPipeline(scope, version(stages({ S: "s", B: "b" }), name), {}, []);
    await core.start(name);
    const [source] = await core.poll(1, [SOURCE]);
    await core.jobs.acknowledge(scope, source!.id, source!.nonce!);
    await core.jobs.succeed(scope, source!.id, {});
    jobs.push(...(await taken()));
  }
  return jobs;
}

/** What a worker that asks for builds is handed, acknowledged. */
async function taken(): Promise<readonly KeptJob[]> {
  const jobs = await core.poll(10, [BUILD]);
  for (const { id, nonce } of jobs) await core.jobs.acknowledge(scope, id, nonce!);
  return jobs;
}

const begin = ({ id }: KeptJob, projectName = "web") =>
  core.builds.startBuild(scope, { projectName, jobId: id, initiator: "codepipeline/p" });

async function end({ id }: KeptJob): Promise<void> {
  await core.builds.putState(scope.account, id, {
    buildStatus: "SUCCEEDED",
    currentPhase: "COMPLETED",
    phases: Array.from({ length: 11 }, () => ({ phaseType: "BUILD", startTime: 1, endTime: 1 })),
    exportedEnvironmentVariables: [],
  });
  await core.jobs.succeed(scope, id, {});
}

/** Begins a build for each job; answers which of them wait. */
async function began(jobs: readonly KeptJob[]): Promise<(boolean | undefined)[]> {
  const waits = [];
  for (const job of jobs) waits.push((await begin(job))?.waits);
  return waits;
}

const stateOf = async (id: string) => (await core.builds.findBuild(scope, id))?.state;
const logOf = async ({ actionExecutionId }: KeptJob) =>
  (await core.logs.read(actionExecutionId, 1)).map(({ text }) => text);
const buildOf = async ({ executionId, actionExecutionId }: KeptJob) =>
  (await core.history(executionId)).find(({ id }) => id === actionExecutionId);
const idsOf = (jobs: readonly KeptJob[]) => jobs.map(({ id }) => id);

test("P2.2 a build beyond the limit is QUEUED, and its job nobody's, until another ends", async () => {
  const [first, second] = await building("p1", "p2");
  expect((await begin(first!))?.waits).toBe(false);
  const queued = await begin(second!);
  expect(queued).toMatchObject({ waits: true, number: 2 });
  expect(await stateOf(queued!.id)).toMatchObject({
    buildStatus: "IN_PROGRESS",
    currentPhase: "QUEUED",
    phases: [{ phaseType: "SUBMITTED", phaseStatus: "SUCCEEDED" }, { phaseType: "QUEUED" }],
  });
  expect(await logOf(second!)).toEqual([
    `[Millrace] build ${queued!.id} is QUEUED for up to 5 minutes: its project web runs 1 at once (concurrentBuildLimit)`,
  ]);
  expect(await core.jobs.extendLease(scope, second!.id)).toMatchObject({ verdict: "cancel" });
  expect(await taken()).toEqual([]);
  expect((await buildOf(second!))?.status).toBe("InProgress");

  await end(first!);
  expect(idsOf(await taken())).toEqual([second!.id]);
  expect(await begin(second!)).toMatchObject({ id: queued!.id, waits: false });
});

test("P2.2 a worker that didn't hear that its build waits hears it again", async () => {
  const [first, second] = await building("p1", "p2");
  await begin(first!);
  const queued = await begin(second!);
  expect(await begin(second!)).toMatchObject({ id: queued!.id, waits: true });
  await end(first!);
  expect(await begin(second!)).toMatchObject({ id: queued!.id, waits: true });
});

test("P2.2 a worker that asks again when its job is another's already begins no second build", async () => {
  const beginAs = ({ id, nonce }: KeptJob) =>
    core.builds.startBuild(scope, { projectName: "web", jobId: id, nonce: nonce!, initiator: "x" });
  const [first, second] = await building("p1", "p2");
  await beginAs(first!);
  const queued = await beginAs(second!);
  expect(queued?.waits).toBe(true);
  await end(first!);
  const [again] = await taken();
  expect(again!.id).toBe(second!.id);
  expect(await beginAs(second!)).toMatchObject({ id: queued!.id, waits: true });
  expect(await beginAs(again!)).toMatchObject({ id: queued!.id, waits: false });
  expect(await beginAs(second!)).toMatchObject({ id: queued!.id, waits: true });
});

test("P2.12 builds go on in order of their start, those that come late behind them", async () => {
  const [first, second, third] = await building("p1", "p2", "p3");
  await began([first!, second!, third!]);
  await end(first!);
  // The second's job is on offer, and taken with the fourth's.
  const fourth = (await building("p4")).find(({ pipelineName }) => pipelineName === "p4");
  expect((await begin(fourth!))?.waits).toBe(true);
  for (const [next, after] of [
    [second, third],
    [third, fourth],
  ]) {
    expect((await begin(next!))?.waits).toBe(false);
    await end(next!);
    expect(idsOf(await taken())).toEqual([after!.id]);
  }
});

test("P2.2 other projects, and those without a limit, aren't held up", async () => {
  await core.builds.createProject(scope, "free", {});
  const [first, second, third, fourth] = await building("p1", "p2", "p3", "p4");
  await began([first!, second!]);
  expect((await begin(third!, "free"))?.waits).toBe(false);
  expect((await begin(fourth!, "free"))?.waits).toBe(false);
});

test("P2.2 of builds that begin at the same time as many run as the limit says", async () => {
  await core.builds.updateProject(scope, "web", { concurrentBuildLimit: 3 });
  const jobs = await building("p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8");
  const builds = await Promise.all(jobs.map((job) => begin(job)));
  expect(builds.filter((build) => build?.waits)).toHaveLength(5);
  expect(builds.map((build) => build?.number).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const running = jobs.filter((_, at) => !builds[at]?.waits);
  await Promise.all(running.map(end));
  expect(await taken()).toHaveLength(3);
});

test("P2.2, P2.17 after queuedTimeoutInMinutes the build is TIMED_OUT in QUEUED, and its action fails", async () => {
  const [first, second] = await building("p1", "p2");
  await begin(first!);
  const queued = await begin(second!);
  core.clock.now += 5 * MINUTE - 1;
  await core.builds.timeOutQueued(core.jobs.failWaiting);
  expect((await stateOf(queued!.id))?.buildStatus).toBe("IN_PROGRESS");
  core.clock.now += 1;
  await core.builds.timeOutQueued(core.jobs.failWaiting);
  expect(await stateOf(queued!.id)).toMatchObject({
    buildStatus: "TIMED_OUT",
    currentPhase: "COMPLETED",
    phases: [
      { phaseType: "SUBMITTED" },
      { phaseType: "QUEUED", phaseStatus: "TIMED_OUT", durationInSeconds: 300 },
      { phaseType: "COMPLETED" },
    ],
  });
  const action = await buildOf(second!);
  expect(action?.status).toBe("Failed");
  expect(JSON.parse(action!.output)).toMatchObject({
    error: { code: "JobFailed", message: "Build terminated with state: TIMED_OUT" },
    externalExecutionId: queued!.id,
  });
  expect((await logOf(second!)).at(-1)).toBe(
    `[Millrace] build ${queued!.id} was in QUEUED for 5 minutes, and is TIMED_OUT`,
  );
  await end(first!);
  expect(await taken()).toEqual([]);
});

test("P2.2 time runs out in QUEUED also for a build that has a place and finds no worker; for one that runs it doesn't", async () => {
  const [first, second, third] = await building("p1", "p2", "p3");
  await began([first!, second!, third!]);
  await end(first!);
  core.clock.now += 5 * MINUTE;
  await core.builds.updateProject(scope, "web", { concurrentBuildLimit: 2 });
  await core.builds.timeOutQueued(core.jobs.failWaiting);
  expect(await taken()).toEqual([]);
  const [fourth] = await building("p4");
  expect((await begin(fourth!))?.waits).toBe(false);
  core.clock.now += 5 * MINUTE;
  await core.builds.timeOutQueued(core.jobs.failWaiting);
  expect((await core.job(fourth!.id)).status).toBe("InProgress");
});

test("P0.12, P2.7 a lost worker's place goes to the next; the build that runs again stands behind it", async () => {
  const [first, second] = await building("p1", "p2");
  const lost = await begin(first!);
  await begin(second!);
  core.clock.now += 2 * MINUTE;
  await core.jobs.expireLeases();
  expect((await stateOf(lost!.id))?.buildStatus).toBe("FAULT");
  const again = await taken();
  expect(again.map(({ pipelineName }) => pipelineName).toSorted()).toEqual(["p1", "p2"]);
  const [anew] = again.filter(({ pipelineName }) => pipelineName === "p1");
  expect(await begin(anew!)).toMatchObject({ number: 3, waits: true });
  expect((await begin(second!))?.waits).toBe(false);
});

test("P0.13 a queued build whose execution was abandoned is STOPPED, and nobody's turn", async () => {
  const [first, second, third] = await building("p1", "p2", "p3");
  await began([first!]);
  const abandoned = await begin(second!);
  await begin(third!);
  await core.run({ type: "stop", executionId: second!.executionId, abandon: true }, "p2");
  await core.builds.endOrphans();
  expect(await stateOf(abandoned!.id)).toMatchObject({
    buildStatus: "STOPPED",
    phases: [{}, { phaseType: "QUEUED", phaseStatus: "STOPPED" }, { phaseType: "COMPLETED" }],
  });
  await end(first!);
  expect(idsOf(await taken())).toEqual([third!.id]);
});

test("P0.13 a place that was offered to a build of an abandoned execution, or a deleted pipeline, goes to the next", async () => {
  const [first, second, third, fourth] = await building("p1", "p2", "p3", "p4");
  await began([first!, second!, third!, fourth!]);
  await end(first!);
  await core.run({ type: "stop", executionId: second!.executionId, abandon: true }, "p2");
  await core.builds.endOrphans();
  await core.commands.deletePipeline(scope, "p3");
  core.clock.now += 2 * MINUTE;
  await core.builds.endOrphans();
  expect(idsOf(await taken())).toEqual([fourth!.id]);
});

test("P2.1 a limit that is raised, or taken away, lets those go on that wait", async () => {
  const [first, ...others] = await building("p1", "p2", "p3", "p4");
  await began([first!, ...others]);
  await core.builds.updateProject(scope, "web", { concurrentBuildLimit: 2 });
  expect(idsOf(await taken())).toEqual([others[0]!.id]);
  await core.builds.updateProject(scope, "web", { concurrentBuildLimit: -1 });
  expect(idsOf(await taken()).toSorted()).toEqual(idsOf(others.slice(1)).toSorted());
});

test("P2.4 builds of a project that is deleted go on, as it was when they started", async () => {
  const [first, second] = await building("p1", "p2");
  await began([first!, second!]);
  await core.builds.deleteProject(scope, "web");
  expect(idsOf(await taken())).toEqual([second!.id]);
  expect(await begin(second!)).toMatchObject({
    waits: false,
    project: { members: { concurrentBuildLimit: 1 } },
  });
});

test("attack A14: no build begins or waits for a job that no worker has", async () => {
  const [first, second] = await building("p1", "p2");
  await begin(first!);
  await core.run({ type: "stop", executionId: second!.executionId, abandon: true }, "p2");
  await expect(begin(second!)).rejects.toMatchObject({ code: "AlreadyTerminated" });
  expect(await core.builds.listBuilds(scope, "web", { newestFirst: true, limit: 10 })).toHaveLength(1);
});
