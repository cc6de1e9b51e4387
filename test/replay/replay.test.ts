/** I37: the engine, run again over the stored commands, gives the stored state. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { sweep } from "../../src/core/commands/index.ts";
import type { Definition } from "../../src/core/engine/index.ts";
import { replayPipeline } from "../../src/core/replay/index.ts";
import { stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

const create = (shape: Omit<Definition, "version">) =>
  core.commands.createPipeline(core.scope, version(shape), {}, []);
const pipelineId = async () =>
  (await core.store.read.selectFrom("pipeline").select("id").executeTakeFirstOrThrow()).id;
const replay = async (executionId?: string) => replayPipeline(core.store, await pipelineId(), executionId);
const pass = async () => core.jobs.succeed(core.scope, (await core.take()).id, { summary: "done" });
const fail = async () =>
  core.jobs.fail(core.scope, (await core.take()).id, { type: "JobFailed", message: "it broke" });

/** Two executions, a failure, a retry, an approval, transitions, an update, a stop, a timer. */
async function live(): Promise<string[]> {
  await create(stages({ S: "s", B: "b1 ; b2", D: "a" }));
  const first = await core.start();
  await pass();
  await fail();
  core.clock.now += 1_000;
  await core.run({ type: "retryStage", executionId: first, stage: "B", mode: "FAILED_ACTIONS" });
  await pass();
  await pass();
  const transition = { type: "setTransition", stage: "B", direction: "Inbound", by: "me" } as const;
  await core.run({ ...transition, enabled: false, reason: "freeze" });
  const second = await core.start();
  await pass();
  const third = await core.start();
  await pass();
  await core.run({ ...transition, enabled: true });
  const { runs } = await core.execution(first);
  const token = runs.D!.actions.a!.id;
  await core.run({
    type: "answerApproval",
    stage: "D",
    action: "a",
    token,
    executionId: first,
    status: "Approved",
    summary: "",
    by: "me",
  });
  const changed = stages({ S: "s", B: "b1", D: "a" });
  await core.commands.updatePipeline(core.scope, "p", () => version(changed));
  await pass();
  const fourth = await core.start();
  core.clock.now += 2 * 60 * 60_000;
  await core.commands.fireTimers();
  return [first, second, third, fourth];
}

test("the commands of a pipeline, decided again from its creation, give what is stored", async () => {
  const [first = "", second = "", , fourth = ""] = await live();
  const { verdict, steps } = await replay(first);
  expect(verdict).toEqual({ kind: "agrees", commands: expect.any(Number) });
  expect(steps.map(({ command }) => command)).toEqual([
    "start by StartPipelineExecution (arn:aws:iam::000000000000:root)",
    "success of 's' of stage 'S'",
    "failure of 'b1' of stage 'B': JobFailed: it broke",
    "retry of stage 'B', FAILED_ACTIONS",
    "success of 'b1' of stage 'B'",
    "success of 'b2' of stage 'B'",
    "Approved by me, action 'a' of stage 'D'",
  ]);
  expect(steps[2]!.changes).toEqual([
    "execution InProgress → Failed",
    "action 'b1' InProgress → Failed",
    "stage 'B' Failed",
  ]);
  expect(steps[3]!.changes).toEqual([
    "execution Failed → InProgress",
    "attempt 2",
    expect.stringMatching(/^action 'b1' started as [0-9a-f-]{36}$/),
    "stage 'B' InProgress",
  ]);
  const other = await replay(second);
  expect(other.steps.at(-1)!.changes).toEqual(["execution InProgress → Superseded"]);
  expect((await replay(fourth)).steps.at(-1)!.command).toBe("timer actionTimeout of stage 'S'");
});

test("so does the time in which a function must report", async () => {
  await create(stages({ S: "s", F: "f" }));
  const execution = await core.start();
  await pass();
  await core.jobs.park(core.scope, (await core.take()).id);
  core.clock.now += 20 * 60_000;
  await core.commands.fireTimers();
  const { verdict, steps } = await replay(execution);
  expect(verdict).toMatchObject({ kind: "agrees" });
  expect(steps.slice(2).map(({ command, changes }) => [command, changes[0]])).toEqual([
    ["job of 'f' of stage 'F' brought to its function", undefined],
    ["timer jobReply of stage 'F'", "execution InProgress → Failed"],
  ]);
});

test("a state that was changed by other means is told", async () => {
  const [first = ""] = await live();
  const state = JSON.stringify({ ...(await core.execution(first)), status: "Failed" });
  await core.store.transaction((tx) =>
    tx.updateTable("execution").set({ state }).where("id", "=", first).execute(),
  );
  expect((await replay()).verdict).toEqual({
    kind: "disagrees",
    why: `execution ${first} is stored otherwise`,
  });
});

test("the first command that comes out otherwise is named", async () => {
  await live();
  const rows = await core.store.read.selectFrom("command").selectAll().orderBy("position").execute();
  const third = rows[2]!;
  const record = third.record.replace("it broke", "it broke differently, and longer");
  const put = (text: string) =>
    core.store.transaction((tx) =>
      tx.updateTable("command").set({ record: text }).where("position", "=", third.position).execute(),
    );
  // What only the history tells changes no state.
  await put(record);
  expect((await replay()).verdict.kind).toBe("agrees");
  await put(third.record.replace('"type":"jobFailed"', '"type":"jobLost"'));
  expect((await replay()).verdict).toEqual({
    kind: "disagrees",
    position: third.position,
    why: expect.stringMatching(/^lost worker of 'b1' of stage 'B': /),
  });
});

test("a refused command, and one that changes nothing, leave no trace; the log goes with the pipeline", async () => {
  await create(stages({ S: "s" }));
  const count = async () => (await core.store.read.selectFrom("command").select("position").execute()).length;
  const executionId = await core.start();
  const before = await count();
  await expect(core.run({ type: "stop", executionId: "nobody", abandon: true })).rejects.toThrow();
  const enable = {
    type: "setTransition",
    stage: "S",
    direction: "Inbound",
    enabled: true,
    by: "me",
  } as const;
  await core.run(enable);
  expect(await count()).toBe(before);
  await core.run({ type: "stop", executionId, abandon: true });
  expect((await replay()).verdict.kind).toBe("agrees");
  await core.commands.deletePipeline(core.scope, "p");
  await sweep(core.store, core.ambient);
  expect(await count()).toBe(0);
  expect(await core.store.read.selectFrom("removed_pipeline").selectAll().execute()).toEqual([]);
});

test("executions side by side in PARALLEL mode, at their limit, are replayed, too", async () => {
  await create({ ...stages({ S: "s", B: "b" }), mode: "PARALLEL" });
  for (let index = 0; index < 5; index += 1) await core.start();
  for (const job of await core.poll()) await core.jobs.succeed(core.scope, job.id, {});
  for (const job of await core.poll()) await core.jobs.succeed(core.scope, job.id, {});
  expect((await replay()).verdict).toEqual({ kind: "agrees", commands: 15 });
});
