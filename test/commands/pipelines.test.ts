import { afterEach, beforeEach, expect, test } from "vitest";
import { sweep } from "../../src/core/commands/index.ts";
import { PipelineMissingError, PipelineNotStoredError, RefusedError } from "../../src/core/commands/types.ts";
import { EVENT_TOPIC } from "../../src/core/store/events.ts";
import { countLimited } from "../../src/core/store/executions.ts";
import { jobTopic } from "../../src/core/store/job-topic.ts";
import { SOURCE, stages, version } from "./definitions.ts";
import { type Harness, harness, startRequest } from "./harness.ts";

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

const simple = version(stages({ S: "s", B: "b" }));
const binding = { action: "s", provider: "S3", container: "bucket", item: "key", polls: true } as const;
const trigger = { type: "CreatePipeline", detail: "arn" };
const rows = (
  table: "pipeline" | "execution" | "action_execution" | "timer" | "job" | "event" | "start_token",
) => core.store.read.selectFrom(table).selectAll().execute();

test("a new pipeline has version 1, its tags and bindings, and one execution for each start", async () => {
  const polls = { type: "PollForSourceChanges", detail: "s" };
  const created = core.commands.createPipeline(
    core.scope,
    { ...simple, bindings: [binding] },
    { team: "blue" },
    [trigger, polls],
  );
  expect(await created).toEqual({ version: 1 });
  expect(await core.store.read.selectFrom("tag").selectAll().execute()).toEqual([
    { resource: "arn:aws:codepipeline:us-east-1:000000000000:p", key: "team", value: "blue" },
  ]);
  expect(await core.store.read.selectFrom("source_binding").selectAll().execute()).toMatchObject([
    { ...core.scope, ...binding, polls: 1 },
  ]);
  const executions = (await rows("execution")) as { seq: number; state: string }[];
  const triggers = executions.sort((a, b) => a.seq - b.seq).map(({ state }) => JSON.parse(state).trigger);
  expect(triggers).toEqual([trigger, polls]);
});

test("a name is taken once in an account and region, and nothing is left of the second try", async () => {
  await core.commands.createPipeline(core.scope, simple, {}, []);
  const second = core.commands.createPipeline(core.scope, simple, { team: "red" }, [trigger]);
  await expect(second).rejects.toThrow(PipelineNotStoredError);
  await expect(second).rejects.toMatchObject({ reason: "nameInUse" });
  expect(await core.store.read.selectFrom("tag").selectAll().execute()).toEqual([]);
  expect(await rows("execution")).toEqual([]);
  await core.commands.createPipeline({ ...core.scope, region: "eu-west-1" }, simple, {}, []);
  await core.commands.createPipeline({ ...core.scope, account: "111111111111" }, simple, {}, []);
});

test("of two that create the same name at once, one does", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => core.commands.createPipeline(core.scope, simple, {}, [])),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await rows("pipeline")).toHaveLength(1);
});

test("an account has at most 1,000 pipelines in a region", async () => {
  await core.store.transaction(async (tx) => {
    const now = core.clock.now;
    for (let chunk = 0; chunk < 10; chunk++) {
      const some = Array.from({ length: 100 }, (_, index) => ({
        id: `${chunk}/${index}`,
        ...core.scope,
        name: `n${chunk}-${index}`,
        version: 1,
        created: now,
        updated: now,
        state: "{}",
      }));
      await tx.insertInto("pipeline").values(some).execute();
    }
  });
  await expect(core.commands.createPipeline(core.scope, simple, {}, [])).rejects.toMatchObject({
    reason: "tooManyPipelines",
  });
});

test("an update makes a new version of what the stored one says, and replaces the bindings", async () => {
  await core.commands.createPipeline(core.scope, { ...simple, bindings: [binding] }, {}, []);
  core.clock.now += 1_000;
  const seen: unknown[] = [];
  const updated = core.commands.updatePipeline(core.scope, "p", (previous) => {
    seen.push(previous);
    return {
      ...simple,
      declaration: { name: "p", changed: true },
      bindings: [{ ...binding, item: "other" }],
    };
  });
  expect(await updated).toEqual({ version: 2 });
  expect(seen).toEqual([{ name: "p" }]);
  expect((await core.pipeline()).currentVersion).toBe(2);
  expect(await rows("pipeline")).toMatchObject([
    { version: 2, created: core.clock.now - 1_000, updated: core.clock.now },
  ]);
  const bindings = await core.store.read.selectFrom("source_binding").select("item").execute();
  expect(bindings).toEqual([{ item: "other" }]);
});

test("updates at once apply one after the other", async () => {
  await core.commands.createPipeline(core.scope, simple, {}, []);
  const versions = await Promise.all(
    Array.from({ length: 8 }, () => core.commands.updatePipeline(core.scope, "p", () => simple)),
  );
  expect(versions.map((answer) => answer.version).sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test("an update that throws leaves the pipeline as it was, and the next one uses the number", async () => {
  await core.commands.createPipeline(core.scope, simple, {}, []);
  await expect(
    core.commands.updatePipeline(core.scope, "p", () => {
      throw new Error("not valid");
    }),
  ).rejects.toThrow("not valid");
  const other = version(stages({ S: "s", B: "b ; c" }));
  await core.commands.updatePipeline(core.scope, "p", () => other);
  await core.start();
  await core.jobs.succeed(core.scope, (await core.take()).id, {});
  await core.jobs.succeed(core.scope, (await core.take()).id, {});
  expect(await core.take()).toMatchObject({ action: "c" });
});

test("E11.7, T25 a deleted pipeline leaves events and ended jobs; its name begins another life", async () => {
  await core.commands.createPipeline(core.scope, simple, { team: "blue" }, []);
  const token = { ...startRequest, clientRequestToken: "token" };
  const { executionId } = await core.commands.start(core.scope, "p", token);
  const job = await core.take();
  await core.commands.deletePipeline(core.scope, "p");
  expect(await rows("pipeline")).toEqual([]);
  expect(await rows("timer")).toEqual([]);
  expect(await rows("job")).toMatchObject([{ id: job.id, status: "Closed" }]);
  const events = (await rows("event")) as { event: string }[];
  expect(events.map(({ event }) => JSON.parse(event).state).slice(-3)).toEqual([
    "ABANDONED",
    "CANCELED",
    "CANCELED",
  ]);

  await sweep(core.store, core.ambient);
  for (const table of ["execution", "action_execution", "start_token"] as const) {
    expect(await rows(table)).toEqual([]);
  }
  expect(await core.store.read.selectFrom("removed_pipeline").selectAll().execute()).toEqual([]);

  await core.commands.createPipeline(core.scope, simple, {}, []);
  expect((await core.commands.start(core.scope, "p", token)).executionId).not.toBe(executionId);
  expect(await core.pipeline()).toMatchObject({ currentVersion: 1, nextSeq: 2 });
});

test("deleting what isn't there does nothing", async () => {
  await core.commands.deletePipeline(core.scope, "p");
  expect(await rows("event")).toEqual([]);
});

test("ended jobs are forgotten after a day", async () => {
  await core.commands.createPipeline(core.scope, simple, {}, []);
  await core.start();
  const job = await core.take();
  await core.jobs.succeed(core.scope, job.id, {});
  core.clock.now += 24 * 3_600_000;
  await sweep(core.store, core.ambient);
  expect(await core.jobs.details(core.scope, job.id)).toMatchObject({ status: "Succeeded" });
  core.clock.now += 1;
  await sweep(core.store, core.ambient);
  await expect(core.jobs.details(core.scope, job.id)).rejects.toMatchObject({ code: "JobNotFound" });
  expect(await rows("job")).toHaveLength(1);
});

test("commands on what isn't there or isn't allowed are refused and change nothing (I36)", async () => {
  await expect(core.start("none")).rejects.toThrow(PipelineMissingError);
  await expect(core.commands.updatePipeline(core.scope, "none", () => simple)).rejects.toThrow(
    PipelineMissingError,
  );
  await core.commands.createPipeline(core.scope, simple, {}, []);
  const before = await rows("pipeline");
  const refused = core.run({ type: "stop", executionId: "none", abandon: false });
  await expect(refused).rejects.toThrow(RefusedError);
  await expect(refused).rejects.toMatchObject({ refusal: { code: "PipelineExecutionNotStoppable" } });
  expect(await rows("pipeline")).toEqual(before);
  expect(await rows("event")).toEqual([]);
});

test("E1.8, I35 a token starts one execution, however often and however fast it is sent", async () => {
  await core.commands.createPipeline(core.scope, simple, {}, []);
  const request = { ...startRequest, clientRequestToken: "token" };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => core.commands.start(core.scope, "p", request)),
  );
  expect(new Set(answers.map((answer) => answer.executionId)).size).toBe(1);
  expect(await rows("execution")).toHaveLength(1);
  const other = await core.commands.start(core.scope, "p", { ...request, clientRequestToken: "other" });
  expect(other.executionId).not.toBe(answers[0]!.executionId);
});

test("E2.12 neither who began in SUPERSEDED mode nor a rollback counts towards the limit", async () => {
  const succeed = async () => core.jobs.succeed(core.scope, (await core.take()).id, {});
  await core.commands.createPipeline(core.scope, simple, {}, []);
  const [pipeline] = (await rows("pipeline")) as { id: string }[];
  const counted = () => countLimited(core.store.read, pipeline!.id);
  const cut = await core.start();
  const queued = version({ ...stages({ S: "s", B: "b" }), mode: "QUEUED" });
  await core.commands.updatePipeline(core.scope, "p", () => queued);
  expect([(await core.execution(cut)).status, await counted()]).toEqual(["InProgress", 0]);
  await succeed();

  const target = await core.start();
  expect(await counted()).toBe(1);
  for (const _ of ["s", "b"]) await succeed();
  await core.run({ type: "rollbackStage", stage: "B", targetId: target, trigger });
  expect(await counted()).toBe(0);
});

test("a start inside of somebody's transaction is there only if that commits, and wakes only then", async () => {
  await core.commands.createPipeline(core.scope, simple, {}, []);
  const [pipeline] = (await rows("pipeline")) as { id: string }[];
  const command = { type: "start", trigger, variables: {}, revisions: {}, origin: "trigger" } as const;
  const topics: string[] = [];
  core.store.listen((topic) => topics.push(topic));
  await expect(
    core.store.transaction(async (tx) => {
      await core.commands.runIn(tx, pipeline!.id, command);
      throw new Error("no push after all");
    }),
  ).rejects.toThrow("no push after all");
  expect(await rows("execution")).toEqual([]);
  expect(topics).toEqual([]);
  await core.store.transaction((tx) => core.commands.runIn(tx, pipeline!.id, command));
  expect(await rows("execution")).toHaveLength(1);
  // Workers of the source's type, and readers of events.
  expect(topics.toSorted()).toEqual([EVENT_TOPIC, jobTopic(core.scope.account, SOURCE)]);
});

test("a pipeline goes however many of its versions run, and however many custom types these use", async () => {
  const names = Array.from({ length: 21 }, (_, number) => `x${number}`);
  const definition = stages({ S: "s", B: names.join(" | ") });
  const [source, build] = definition.stages;
  const actions = build!.actions.map((action) => ({
    ...action,
    type: { ...action.type, provider: action.name },
  }));
  const many = version({ ...definition, mode: "PARALLEL", stages: [source!, { name: "B", actions }] });
  await core.commands.createPipeline(core.scope, many, {}, []);
  for (let run = 0; run < 50; run++) {
    await core.start();
    await core.commands.updatePipeline(core.scope, "p", () => many);
  }
  await core.commands.deletePipeline(core.scope, "p");
  expect(await rows("pipeline")).toEqual([]);
});
