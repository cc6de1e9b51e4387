import { afterEach, expect, test } from "vitest";
import { startClockWork } from "../../src/core/commands/index.ts";
import { openStore } from "../../src/core/store/open.ts";
import { type EmptyDatabase, emptyDatabase, emptyStore } from "../support/store.ts";
import { stages, version } from "./definitions.ts";
import { type Harness, harness } from "./harness.ts";

let database: EmptyDatabase | undefined;
let core: Harness | undefined;
afterEach(async () => {
  await core?.close();
  await database?.remove();
  core = database = undefined;
});

/** Opens (again) the one database of the test, as a server does that starts. */
async function boot(now?: number): Promise<Harness> {
  await core?.close();
  database ??= await emptyDatabase();
  core = await harness(await openStore(database.place));
  if (now !== undefined) core.clock.now = now;
  return core;
}

test("T26, E10.2 what fell due while the server was down fires at start, in order, once", async () => {
  let server = await boot();
  const nine = server.clock.now - 3_600_000;
  server.clock.now = nine + 5 * 60_000;
  await server.commands.createPipeline(server.scope, version(stages({ S: "s", B: "b" }), "job"), {}, []);
  const late = await server.start("job");
  server.clock.now = nine - 60_000;
  await server.commands.createPipeline(server.scope, version(stages({ S: "s", B: "a" }), "approval"), {}, []);
  const approval = await server.start("approval");
  const [source] = (await server.poll()).filter((job) => job.pipelineName === "approval");
  await server.jobs.succeed(server.scope, source!.id, {});
  const due = nine - 60_000 + 60 * 60_000;
  expect(await server.commands.fireTimers()).toBe(due);

  const eleven = nine + 2 * 3_600_000;
  server = await boot(eleven);
  expect(await server.commands.fireTimers()).toBeUndefined();
  for (const execution of [approval, late]) {
    expect(await server.execution(execution)).toMatchObject({ status: "Failed", updatedAt: eleven });
  }
  const failed = (await server.store.read.selectFrom("event").select("event").orderBy("position").execute())
    .map((row) => JSON.parse(row.event) as { level: string; state: string; at: number; action?: string })
    .filter(({ level, state }) => level === "action" && state === "FAILED");
  expect(failed).toMatchObject([
    { action: "a", at: eleven },
    { action: "s", at: eleven },
  ]);
  const { runs } = await server.execution(approval);
  await expect(
    server.run(
      {
        type: "answerApproval",
        stage: "B",
        action: "a",
        token: runs.B!.actions.a!.id,
        executionId: approval,
        status: "Approved",
        summary: "too late",
        by: "me",
      },
      "approval",
    ),
  ).rejects.toMatchObject({ refusal: { code: "InvalidApprovalToken" } });

  server = await boot(eleven + 1_000);
  const before = await server.store.read.selectFrom("event").selectAll().execute();
  expect(await server.commands.fireTimers()).toBeUndefined();
  expect(await server.store.read.selectFrom("event").selectAll().execute()).toEqual(before);
});

test("E10.4 time doesn't go back for a pipeline when the clock does", async () => {
  const server = await boot();
  await server.commands.createPipeline(server.scope, version(stages({ S: "s", B: "b" })), {}, []);
  const first = await server.execution(await server.start());
  server.clock.now -= 60_000;
  const second = await server.execution(await server.start());
  expect(second.startedAt).toBeGreaterThanOrEqual(first.startedAt);
});

test("a timer that is set while the clock's work sleeps fires when it is due", async () => {
  const server = await boot();
  const started = Date.now();
  const offset = server.clock.now - started;
  const now = () => Date.now() + offset;
  const fired = Promise.withResolvers<void>();
  const errors: unknown[] = [];
  const work = startClockWork(
    now,
    [
      {
        async run() {
          server.clock.now = now();
          const due = await server.commands.fireTimers();
          const timers = await server.store.read.selectFrom("timer").select("id").execute();
          const jobs = await server.store.read.selectFrom("job").select("status").execute();
          const isContinued = jobs.length === 2 && jobs.some(({ status }) => status === "Queued");
          if (timers.length === 1 && isContinued) fired.resolve();
          return due;
        },
        onEarlier: server.commands.onTimer,
      },
    ],
    (error) => errors.push(error),
  );
  await server.commands.createPipeline(server.scope, version(stages({ S: "s", B: "b" })), {}, []);
  await server.start();
  const job = await server.take();
  await server.jobs.succeed(server.scope, job.id, { continuationToken: "t", delay: 30 });
  await fired.promise;
  expect(Date.now() - started).toBeGreaterThanOrEqual(30);
  expect(errors).toEqual([]);
  await work.stop();
});

test("a timer that can't fire doesn't keep the others from firing, and stays", async () => {
  const server = await boot();
  await server.commands.createPipeline(server.scope, version(stages({ S: "s", B: "b" }), "broken"), {}, []);
  await server.start("broken");
  await server.store.transaction((tx) => tx.updateTable("pipeline").set({ state: "not JSON" }).execute());
  server.clock.now += 1;
  await server.commands.createPipeline(server.scope, version(stages({ S: "s", B: "b" }), "sound"), {}, []);
  const execution = await server.start("sound");
  server.clock.now += 3_600_000;
  await expect(server.commands.fireTimers()).rejects.toThrow("timers of 1 pipelines failed to fire");
  expect((await server.execution(execution)).status).toBe("Failed");
  expect(await server.store.read.selectFrom("timer").selectAll().execute()).toHaveLength(1);
});

test("E10.2: a later timer doesn't overtake one of its pipeline that couldn't be fired yet", async () => {
  const store = await emptyStore();
  let refusals = 0;
  const server = await harness({
    ...store,
    transaction: async (work) => {
      if (refusals-- > 0) throw new Error("the disk is full");
      return store.transaction(work);
    },
  });
  await server.commands.createPipeline(server.scope, version(stages({ S: "s1 | s2", B: "b" })), {}, []);
  const execution = await server.start();
  server.clock.now += 3_600_000;
  refusals = 1;
  await expect(server.commands.fireTimers()).rejects.toThrow("timers of 1 pipelines failed to fire");
  expect((await server.history(execution)).map(({ status }) => status)).toEqual(["InProgress", "InProgress"]);
  await server.commands.fireTimers();
  expect((await server.history(execution)).map(({ status }) => status)).toEqual(["Failed", "Failed"]);
  await server.close();
});
