/** Jobs of rules, under the protocol of those of actions (E9.5). */
import { afterEach, beforeEach, expect, test } from "vitest";
import { sweep } from "../../src/core/commands/index.ts";
import { RULE, stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

/** An execution whose entry into B asks two rules; their jobs are taken. */
async function asking() {
  const rule = { type: RULE, configuration: {}, inputs: [], region: core.scope.region };
  const { stages: declared, ...rest } = stages({ S: "s", B: "b" });
  const beforeEntry = {
    result: "FAIL" as const,
    rules: [
      { name: "One", ...rule },
      { name: "Two", ...rule },
    ],
  };
  const gated = {
    ...rest,
    stages: declared.map((stage) => (stage.name === "B" ? { ...stage, beforeEntry } : stage)),
  };
  await core.commands.createPipeline(core.scope, version(gated), {}, []);
  const execution = await core.start();
  await core.jobs.succeed(core.scope, (await core.take()).id, {});
  const jobs = await core.poll(10, [RULE]);
  for (const { id, nonce = "" } of jobs) await core.jobs.acknowledge(core.scope, id, nonce);
  const [one, two] = ["One", "Two"].map((name) => jobs.find(({ action }) => action === name)!);
  return { execution, one: one!, two: two! };
}

async function rows() {
  const found = await core.store.read.selectFrom("rule_execution").selectAll().orderBy("rule").execute();
  return found.map(({ id, status, output }) => ({ id, status, output: JSON.parse(output) as unknown }));
}

const failure = { type: "JobFailed", message: "no" };

test("E9.5 a rule's job is handed out with the kind of its condition, and its progress shows in its row", async () => {
  const { one } = await asking();
  expect(one).toMatchObject({ type: RULE, action: "One", stage: "B", work: { condition: "BEFORE_ENTRY" } });
  await core.jobs.progress(core.scope, one.id, {
    summary: "looking",
    externalExecutionUrl: "https://x.example/1",
  });
  await core.jobs.succeed(core.scope, one.id, { summary: "fine" });
  const [row] = await rows();
  expect(row).toEqual({
    id: one.actionExecutionId,
    status: "Succeeded",
    output: { summary: "fine", externalExecutionUrl: "https://x.example/1" },
  });
  await core.jobs.progress(core.scope, one.id, { summary: "late" });
  expect((await rows())[0]).toEqual(row);
});

test("E3.14 the late result of an abandoned rule is answered, and does nothing; one of an ended rule is judged", async () => {
  const { execution, one, two } = await asking();
  await core.jobs.fail(core.scope, one.id, failure);
  const after = await core.execution(execution);
  expect(after.status).toBe("Failed");
  await core.jobs.succeed(core.scope, two.id, { summary: "late" });
  await core.jobs.fail(core.scope, one.id, failure);
  await expect(core.jobs.succeed(core.scope, one.id, {})).rejects.toMatchObject({
    code: "AlreadyTerminated",
  });
  expect(await core.execution(execution)).toEqual(after);
  expect((await rows()).map(({ status }) => status)).toEqual(["Failed", "Abandoned"]);
});

test("E3.14, E9.14 a rule that timed out has a job that is TimedOut", async () => {
  const { one, two } = await asking();
  await core.jobs.succeed(core.scope, two.id, {});
  core.clock.now += 60 * 60_000;
  await core.commands.fireTimers();
  expect((await core.job(one.id)).status).toBe("TimedOut");
  await expect(core.jobs.succeed(core.scope, one.id, {})).rejects.toMatchObject({
    code: "AlreadyTerminated",
  });
});

test("E3.15 the rule of a worker that died is asked again, in a job of its own", async () => {
  const { execution, one, two } = await asking();
  await core.jobs.succeed(core.scope, two.id, {});
  core.clock.now += 60_001;
  await core.jobs.expireLeases();
  const [again] = await core.poll(10, [RULE]);
  expect(again).toMatchObject({ action: "One", actionExecutionId: one.actionExecutionId, losses: 1 });
  expect(again?.id).not.toBe(one.id);
  await expect(core.jobs.succeed(core.scope, one.id, {})).rejects.toMatchObject({
    code: "AlreadyTerminated",
  });
  await core.jobs.succeed(core.scope, again!.id, {});
  expect((await core.execution(execution)).runs.B?.actions.b?.status).toBe("InProgress");
});

test("E11.7 a deletion closes the jobs of rules, and clears their history away", async () => {
  const { one } = await asking();
  await core.commands.deletePipeline(core.scope, "p");
  await core.jobs.succeed(core.scope, one.id, {});
  expect((await rows()).map(({ status }) => status)).toEqual(["Abandoned", "Abandoned"]);
  await sweep(core.store, core.ambient);
  expect(await rows()).toEqual([]);
  expect(await core.store.read.selectFrom("timer").selectAll().execute()).toEqual([]);
});
