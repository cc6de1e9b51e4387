/** Each sentence, of pipelines that really are where it says: the real engine and store under a clock that the test sets. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Definition, StageDefinition } from "../../src/core/engine/index.ts";
import { createExplain, type Explain } from "../../src/core/explain/index.ts";
import { span } from "../../src/core/explain/words.ts";
import { insertActionType } from "../../src/core/store/queries/action-types.ts";
import { keepPolls } from "../../src/core/store/type-polls.ts";
import { builtIn, CUSTOM, stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

const MINUTE = 60_000;
const BY = "arn:aws:iam::000000000000:root";

let core: Harness;
let explain: Explain;
let name: string;
let count = 0;
beforeAll(async () => {
  const ruleTypes = ["DeploymentWindow", "VariableCheck", "LambdaInvoke"].map((provider) => ({
    ...builtIn[0]!,
    id: { category: "Rule", owner: "AWS", provider, version: "1" },
  }));
  core = await harness(undefined, ruleTypes);
  const { category, provider, version } = CUSTOM;
  const row = { ...core.scope, category, provider, version, definition: "{}", deleted: 0 };
  await core.store.transaction((tx) => insertActionType(tx, row));
  explain = createExplain({ store: core.store, ambient: core.ambient, maxConcurrentExecutions: 50 });
});
afterAll(() => core.close());
beforeEach(async () => {
  // What the last test left in the queue is nobody's any more.
  if (name !== undefined) await core.commands.deletePipeline(core.scope, name);
  await core.store.transaction((tx) => tx.deleteFrom("type_poll").execute());
  name = `p${++count}`;
  core.clock.now = Date.parse("2026-11-24T10:00:00Z");
});

type Shape = Omit<Definition, "version">;

async function create(text: Record<string, string>, change: (definition: Shape) => Shape = (same) => same) {
  const definition = change(stages(text));
  await core.commands.createPipeline(core.scope, version(definition, name), {}, []);
}

const mode = (executionMode: Shape["mode"]) => (definition: Shape) => ({
  ...definition,
  mode: executionMode,
});
const start = () => core.start(name);
const run = (command: Parameters<Harness["run"]>[0]) => core.run(command, name);
const disable = (stage: string, direction: "Inbound" | "Outbound", reason?: string) =>
  run({
    type: "setTransition",
    stage,
    direction,
    enabled: false,
    by: BY,
    ...(reason !== undefined && { reason }),
  });

/** Takes the one queued job and ends it well. */
const pass = async () => {
  const job = await core.take();
  await core.jobs.succeed(core.scope, job.id, {});
};
const fail = async (message = "it broke") => {
  const job = await core.take();
  await core.jobs.fail(core.scope, job.id, { type: "JobFailed", message });
};
const later = (minutes: number) => {
  core.clock.now += minutes * MINUTE;
};

/** A worker has asked for jobs of the custom type. */
const polled = (at: number) =>
  core.store.transaction((tx) => keepPolls(tx, [{ account: core.scope.account, ...CUSTOM, polled: at }]));

const of = async (id: string) => {
  const row = await core.store.read
    .selectFrom("execution")
    .select("pipeline_id")
    .where("id", "=", id)
    .executeTakeFirst();
  return (await explain.execution(row!.pipeline_id, id))!;
};
/** `code: text` of the first execution that is told of. */
const told = async (id: string) =>
  (await of(id)).executions[0]!.reasons.map(({ code, text }) => `${code}: ${text}`);
const pipelineTold = async () => {
  const found = (await explain.pipeline(core.scope, name))!;
  return found.reasons.map(({ code, text }) => `${code}: ${text}`);
};

test("an approval is waited for", async () => {
  await create({ S: "s", B: "a" });
  const id = await start();
  await pass();
  later(90);
  expect(await told(id)).toEqual([
    "approval: Action 'a' of stage 'B' waits for an approval since 2026-11-24 10:00:00 UTC (1 h 30 min), and fails at 2026-11-24 11:00:00 UTC without an answer.",
  ]);
  expect((await of(id)).executions[0]!.reasons[0]).toMatchObject({
    stage: "B",
    action: "a",
    since: "2026-11-24T10:00:00.000Z",
    until: "2026-11-24T11:00:00.000Z",
  });
});

test("an answer must say why", async () => {
  await create({ S: "s", B: "a" }, (definition) => ({
    ...definition,
    stages: definition.stages.map((stage) => ({
      ...stage,
      actions: stage.actions.map((action) =>
        action.name === "a" ? { ...action, configuration: { IsSummaryRequired: "true" } } : action,
      ),
    })),
  }));
  const id = await start();
  await pass();
  expect((await told(id))[0]).toMatch(/ without an answer\. An answer must say why\.$/);
});

test("no worker has ever polled, or none for some time; or workers poll, and older jobs go first", async () => {
  await create({ S: "s", B: "x" });
  const id = await start();
  const [queued, timeout] = await told(id);
  expect(queued).toBe(
    "noWorker: The job of action 's' of stage 'S' waits for a worker since 2026-11-24 10:00:00 UTC (0 s): no worker has ever polled for Source/AWS/S3/1.",
  );
  expect(timeout).toBe(
    "timeout: The time of action 's' of stage 'S' is up at 2026-11-24 11:00:00 UTC: it fails then, if it hasn't ended.",
  );
  await pass();
  await polled(core.clock.now);
  later(12);
  expect((await told(id))[0]).toBe(
    "noWorker: The job of action 'x' of stage 'B' waits for a worker since 2026-11-24 10:00:00 UTC (12 min): no worker has polled for Build/Custom/Jenkins/1 in 12 min.",
  );
  // The job of another pipeline is older.
  const [other] = await core.store.read
    .selectFrom("job")
    .selectAll()
    .where("status", "=", "Queued")
    .execute();
  const older = { ...other!, id: `${name}-older`, created: other!.created - 1 };
  await core.store.transaction((tx) => tx.insertInto("job").values(older).execute());
  await polled(core.clock.now - 5_000);
  expect((await told(id))[0]).toBe(
    "jobQueued: The job of action 'x' of stage 'B' waits for a worker since 2026-11-24 10:00:00 UTC (12 min); workers poll for Build/Custom/Jenkins/1, and 1 older job of Build/Custom/Jenkins/1 goes first.",
  );
  await core.store.transaction((tx) => tx.deleteFrom("job").where("id", "=", older.id).execute());
  expect((await told(id))[0]).toMatch(/; workers poll for Build\/Custom\/Jenkins\/1, and it is the next\.$/);
});

test("a poll is noted, once in fifteen seconds", async () => {
  await create({ S: "s" });
  const kept = async () =>
    (await core.store.read.selectFrom("type_poll").select("polled").where("provider", "=", "S3").execute())[0]
      ?.polled;
  later(60);
  await core.poll();
  const first = core.clock.now;
  expect(await kept()).toBe(first);
  core.clock.now += 10_000;
  await core.poll();
  expect(await kept()).toBe(first);
  core.clock.now += 10_000;
  await core.poll();
  expect(await kept()).toBe(first + 20_000);
});

test("a job was handed out and isn't acknowledged; it comes again", async () => {
  await create({ S: "s" });
  const id = await start();
  await core.poll();
  expect((await told(id))[0]).toBe(
    "jobHandedOut: A worker was handed the job of action 's' of stage 'S', and hasn't acknowledged it yet; at 2026-11-24 10:00:30 UTC it is handed out again.",
  );
  later(1);
  await core.jobs.expireLeases();
  expect((await told(id))[0]).toBe(
    "jobQueued: The job of action 's' of stage 'S' waits for a worker since 2026-11-24 10:00:00 UTC (1 min), after another worker that had it didn't acknowledge it; workers poll for Source/AWS/S3/1, and it is the next.",
  );
});

test("a worker works on it: a built-in one by a lease, a customer's until it reports", async () => {
  await create({ S: "s", B: "x" });
  const id = await start();
  const first = await core.take();
  expect((await told(id))[0]).toBe(
    "jobInProgress: A worker works on action 's' of stage 'S', which runs since 2026-11-24 10:00:00 UTC (0 s); at 2026-11-24 10:01:00 UTC another worker gets the job, should this one not be heard of.",
  );
  later(2);
  await core.jobs.expireLeases();
  const again = await core.take();
  expect(again.id).not.toBe(first.id);
  expect((await told(id))[0]).toMatch(/ 1 worker that had it before was lost; the third fails it\.$/);
  await core.jobs.succeed(core.scope, again.id, {});
  const custom = await core.take();
  later(3);
  expect((await told(id))[0]).toBe(
    "jobInProgress: A worker works on action 'x' of stage 'B', which runs since 2026-11-24 10:02:00 UTC (3 min), and hasn't reported a result yet.",
  );
  await core.jobs.succeed(core.scope, custom.id, { continuationToken: "t", summary: "half way" });
  expect((await told(id))[0]).toMatch(/ It last said: "half way"\.$/);
});

test("a worker asked to be called again later", async () => {
  await create({ S: "s" });
  const id = await start();
  const job = await core.take();
  await core.jobs.succeed(core.scope, job.id, { continuationToken: "t", delay: 5 * MINUTE });
  expect((await told(id))[0]).toBe(
    "jobDelayed: The worker of action 's' of stage 'S' asked to be called again: its next job is handed out at 2026-11-24 10:05:00 UTC.",
  );
});

test("E10 a function was invoked, and hasn't reported yet", async () => {
  await create({ S: "s", F: "f" });
  const id = await start();
  await pass();
  const job = await core.take();
  await core.jobs.park(core.scope, job.id);
  expect((await told(id))[0]).toBe(
    `functionAnswers: The function of action 'f' of stage 'F' was invoked, and hasn't called PutJobSuccessResult or PutJobFailureResult for job ${job.id} yet; at 2026-11-24 10:20:00 UTC it fails without.`,
  );
});

test("P2.2 a build has no place in its project", async () => {
  await core.builds.createProject(core.scope, "web", { concurrentBuildLimit: 1 });
  await create({ S: "s", B: "b | c" });
  const id = await start();
  await pass();
  const jobs = (await core.poll()).toSorted((one, other) => (one.action < other.action ? -1 : 1));
  for (const { id: jobId, nonce } of jobs) {
    await core.jobs.acknowledge(core.scope, jobId, nonce!);
    await core.builds.startBuild(core.scope, { projectName: "web", jobId, initiator: "x" });
  }
  expect((await told(id)).filter((text) => text.startsWith("buildQueued"))).toEqual([
    "buildQueued: The build of action 'c' of stage 'B' is QUEUED: its project runs as many as its concurrentBuildLimit lets it.",
  ]);
});

test("E3.7 an input is copied from another region", async () => {
  await create({ S: "s", B: "b" }, (definition) => ({
    ...definition,
    stores: { ...definition.stores, "eu-west-1": { bucket: "far" } },
    stages: definition.stages.map((stage) =>
      stage.name === "S"
        ? stage
        : {
            ...stage,
            actions: stage.actions.map((action) => ({ ...action, region: "eu-west-1", inputs: ["s-out"] })),
          },
    ),
  }));
  const id = await start();
  await pass();
  later(2);
  expect(await told(id)).toEqual([
    "copying: Action 'b' of stage 'B' waits since 2026-11-24 10:00:00 UTC (2 min) until artifact 's-out' is copied to region eu-west-1.",
    expect.stringMatching(/^timeout: /),
  ]);
});

test("the stage is locked by another execution; that one is told of, too", async () => {
  await create({ S: "s", B: "a" });
  const first = await start();
  await pass();
  const second = await start();
  later(2);
  await pass();
  expect(await told(second)).toEqual([
    `stageLocked: It waits before stage 'B' since 2026-11-24 10:02:00 UTC (0 s): execution ${first} is in it since 2026-11-24 10:00:00 UTC (2 min).`,
  ]);
  const { executions } = await of(second);
  expect(executions.map(({ executionId }) => executionId)).toEqual([second, first]);
  expect(executions[1]!.reasons[0]!.code).toBe("approval");
});

test("a transition is disabled: by whom, since when, why, and when the wait ends", async () => {
  await create({ S: "s", B: "b" });
  await disable("B", "Inbound", "release freeze");
  await disable("S", "Outbound");
  const id = await start();
  later(5);
  await pass();
  later(60);
  expect(await told(id)).toEqual([
    `transitionDisabled: It waits before stage 'B' since 2026-11-24 10:05:00 UTC (1 h): the transition into stage 'B' is disabled by ${BY} since 2026-11-24 10:00:00 UTC (1 h 5 min): "release freeze".`,
    `transitionDisabled: It waits before stage 'B' since 2026-11-24 10:05:00 UTC (1 h): the transition out of stage 'S' is disabled by ${BY} since 2026-11-24 10:00:00 UTC (1 h 5 min).`,
    "transitionLimit: If the transition isn't enabled by 2026-12-24 10:05:00 UTC, 30 days after it began to wait at it, the execution is cancelled.",
  ]);
});

test("QUEUED: older executions enter first", async () => {
  await create({ S: "s" }, mode("QUEUED"));
  const first = await start();
  await start();
  const third = await start();
  expect(await told(third)).toEqual([
    `stageLocked: It waits before stage 'S' since 2026-11-24 10:00:00 UTC (0 s): execution ${first} is in it since 2026-11-24 10:00:00 UTC (0 s).`,
    "inLine: It waits before stage 'S' since 2026-11-24 10:00:00 UTC (0 s): 1 older execution waits there, and enters first.",
  ]);
});

test("superseded by which execution", async () => {
  await create({ S: "s" });
  await disable("S", "Inbound");
  const old = await start();
  later(1);
  const newer = await start();
  expect(await told(old)).toEqual([
    `superseded: It was superseded at 2026-11-24 10:01:00 UTC: execution ${newer}, a newer one, arrived at the stage that it waited before.`,
  ]);
});

test("failed: which action, why, and where its log is; whether it can be retried", async () => {
  await create({ S: "s", B: "b" });
  const first = await start();
  await pass();
  later(1);
  await fail("exit status 2");
  expect(await told(first)).toEqual([
    `actionFailed: Action 'b' of stage 'B' failed at 2026-11-24 10:01:00 UTC: JobFailed: exit status 2. Its log: millrace logs ${first} --action b`,
  ]);
  const second = await start();
  await pass();
  expect((await told(first))[1]).toBe(
    `notRetryable: Stage 'B' can't be retried: execution ${second} has entered it since.`,
  );
  await core.commands.updatePipeline(core.scope, name, () => version(stages({ S: "s", B: "b" }), name));
  expect((await told(first))[1]).toBe(
    "notRetryable: Stage 'B' can't be retried: the execution ran version 1, and the pipeline is at version 2.",
  );
});

test("an approval was rejected", async () => {
  await create({ S: "s", B: "a" });
  const executionId = await start();
  await pass();
  const { runs } = await core.execution(executionId);
  const token = runs.B!.actions.a!.id;
  const answer = { type: "answerApproval", stage: "B", action: "a", token, executionId, by: BY } as const;
  await run({ ...answer, status: "Rejected", summary: "not today" });
  expect(await told(executionId)).toEqual([
    `actionFailed: Action 'a' of stage 'B' was rejected at 2026-11-24 10:00:00 UTC: "not today".`,
  ]);
});

test("failed at once, for want of a variable", async () => {
  await create({ S: "s" }, (definition) => ({ ...definition, variables: [{ name: "Env" }] }));
  const id = await start();
  expect(await told(id)).toEqual([
    "failedAtOnce: It failed at once, at 2026-11-24 10:00:00 UTC: Values for required variables haven't been provided: Env.",
  ]);
});

test("stopping, then stopped", async () => {
  await create({ S: "s | t" });
  const executionId = await start();
  await run({ type: "stop", executionId, abandon: false, reason: "enough" });
  expect((await told(executionId))[0]).toBe(
    `stopping: It was asked to stop ("enough"); it ends when 's', 't' have ended.`,
  );
  await run({ type: "stop", executionId, abandon: true });
  expect(await told(executionId)).toEqual([
    `stopped: It was stopped, and what ran was abandoned, at 2026-11-24 10:00:00 UTC: "enough".`,
  ]);
});

test("cut by an update, then cancelled", async () => {
  await create({ S: "s", B: "b" });
  const id = await start();
  await core.commands.updatePipeline(core.scope, name, () => version(stages({ S: "s", B: "b" }), name));
  expect((await told(id))[0]).toBe(
    "cut: The pipeline was updated to version 2, so nothing more of it starts; it ends when 's' has ended.",
  );
  await fail();
  expect(await told(id)).toEqual([
    "cancelled: It was cancelled at 2026-11-24 10:00:00 UTC. The pipeline was updated to version 2 before the execution could complete.",
  ]);
});

test("succeeded", async () => {
  await create({ S: "s" });
  const id = await start();
  await pass();
  expect(await told(id)).toEqual(["succeeded: It succeeded at 2026-11-24 10:00:00 UTC."]);
});

const rule = (provider: string, configuration: Record<string, string>) => ({
  name: "gate",
  type: { category: "Rule", owner: "AWS", provider, version: "1" },
  configuration,
  inputs: [],
  region: "us-east-1",
});

const withStage = (stage: string, parts: Partial<StageDefinition>) => (definition: Shape) => ({
  ...definition,
  stages: definition.stages.map((each) => (each.name === stage ? { ...each, ...parts } : each)),
});

test("a deployment window is closed, and opens when", async () => {
  const window = rule("DeploymentWindow", { Cron: "0 * 12-16 ? * * *" });
  await create({ S: "s", B: "b" }, withStage("B", { beforeEntry: { result: "FAIL", rules: [window] } }));
  const id = await start();
  await pass();
  later(30);
  expect(await told(id)).toEqual([
    "windowClosed: Rule 'gate' of the entry condition of stage 'B' waits since 2026-11-24 10:00:00 UTC (30 min) for its deployment window, which opens at 2026-11-24 12:00:00 UTC.",
    "timeout: The time of rule 'gate' of the entry condition of stage 'B' is up at 2026-12-24 10:00:00 UTC: it fails then, if it isn't decided.",
  ]);
});

test("a condition failed, by which rule", async () => {
  const check = rule("VariableCheck", { Variable: "a", Value: "b", Operator: "EQ" });
  await create({ S: "s", B: "b" }, withStage("B", { beforeEntry: { result: "FAIL", rules: [check] } }));
  const id = await start();
  await pass();
  expect((await told(id))[0]).toMatch(
    /^conditionFailed: The entry condition of stage 'B' failed at 2026-11-24 10:00:00 UTC: Rule 'gate': .+\.$/,
  );
});

test("a rule's job waits for a worker", async () => {
  const lambda = rule("LambdaInvoke", { FunctionName: "check" });
  await create({ S: "s", B: "b" }, withStage("B", { onSuccess: { result: "FAIL", rules: [lambda] } }));
  const id = await start();
  await pass();
  await pass();
  expect(await told(id)).toEqual([
    "noWorker: The job of rule 'gate' of the success condition of stage 'B' waits for a worker since 2026-11-24 10:00:00 UTC (0 s): no worker has ever polled for Rule/AWS/LambdaInvoke/1.",
    "timeout: The time of rule 'gate' of the success condition of stage 'B' is up at 2026-11-24 11:00:00 UTC: it fails then, if it isn't decided.",
  ]);
});

test("rolled back, by which execution; or not, and why", async () => {
  await create({ S: "s", B: "b" }, withStage("B", { onFailure: { result: "ROLLBACK" } }));
  const first = await start();
  await pass();
  await fail();
  expect((await told(first))[1]).toBe(
    "rolledBack: It wasn't rolled back. Stage 'B' has no successful execution in pipeline version 1 to roll back to.",
  );
  await start();
  await pass();
  await pass();
  const third = await start();
  await pass();
  await fail();
  const { executions } = (await explain.pipeline(core.scope, name))!;
  const rollback = executions[0]!.executionId;
  expect((await told(third)).slice(1)).toEqual([
    `rolledBack: Stage 'B' was rolled back by execution ${rollback}.`,
    `notRetryable: Stage 'B' can't be retried: execution ${rollback} has entered it since.`,
  ]);
});

test("of a pipeline: that it never ran, that nothing runs, disabled transitions, its limit", async () => {
  await create({ S: "s", B: "b" }, mode("QUEUED"));
  expect(await pipelineTold()).toEqual(["neverRan: It has never run."]);
  const id = await start();
  await disable("B", "Inbound", "freeze");
  expect(await pipelineTold()).toEqual([
    `transitionDisabled: The transition into stage 'B' is disabled by ${BY} since 2026-11-24 10:00:00 UTC (0 s): "freeze". Executions that arrive there wait.`,
  ]);
  const tight = createExplain({ store: core.store, ambient: core.ambient, maxConcurrentExecutions: 1 });
  expect((await tight.pipeline(core.scope, name))!.reasons[0]!.text).toBe(
    "1 of 1 executions are in progress: another start is refused.",
  );
  await run({ type: "stop", executionId: id, abandon: true });
  const found = (await explain.pipeline(core.scope, name))!;
  expect(found.reasons[0]!.text).toBe(`Nothing runs. The latest execution is ${id}.`);
  expect(found.executions.map(({ executionId, status }) => [executionId, status])).toEqual([[id, "Stopped"]]);
  expect(await explain.pipeline(core.scope, "nothing")).toBeUndefined();
});

test("spans of time are told in their two largest units", () => {
  const spans = [0, 999, 1_000, 61_000, 3_600_000, 90_061_000, 400 * 86_400_000].map(span);
  expect(spans).toEqual(["0 s", "0 s", "1 s", "1 min 1 s", "1 h", "1 d 1 h", "400 d"]);
});
