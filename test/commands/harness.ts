/** The real store, engine, commands and job keeper, under a clock that the test sets. */
import { randomBytes, randomUUID } from "node:crypto";
import { createAccess } from "../../src/core/access/index.ts";
import { createBuilds } from "../../src/core/builds/index.ts";
import { type BuiltInActionType, createCatalogue } from "../../src/core/catalogue.ts";
import { createCommands } from "../../src/core/commands/index.ts";
import type { StartRequest } from "../../src/core/commands/types.ts";
import type { ActionTypeId, Command, ExecutionState, PipelineState } from "../../src/core/engine/index.ts";
import { createJobs } from "../../src/core/jobs/index.ts";
import type { KeptJob } from "../../src/core/jobs/types.ts";
import { createLogs } from "../../src/core/logs/index.ts";
import type { Partner } from "../../src/core/partners.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";
import { ALL_TYPES, builtIn, scope } from "./definitions.ts";

export type Harness = Awaited<ReturnType<typeof harness>>;

export const startRequest: StartRequest = {
  trigger: { type: "StartPipelineExecution", detail: "arn:aws:iam::000000000000:root" },
  variables: {},
  revisions: {},
};

const secret = randomBytes(32);

/** @param types that exist beside those of `builtIn` */
export async function harness(
  given?: Store,
  types: readonly BuiltInActionType[] = [],
  partners: readonly Partner[] = [],
) {
  const store = given ?? (await emptyStore());
  const clock = { now: Date.parse("2026-11-24T10:00:00Z") };
  const ambient = { now: () => clock.now, newId: randomUUID, randomBytes };
  const access = createAccess({
    ambient,
    account: scope.account,
    root: { accessKeyId: "AKIATEST", secretAccessKey: "test" },
    secret,
    allowAnyCredentials: false,
    jobIsOpen: async () => true,
  });
  const catalogue = createCatalogue([...builtIn, ...types], { partners });
  const commands = createCommands({
    store,
    ambient,
    catalogue,
    maxConcurrentExecutions: 50,
  });
  const logs = createLogs(store);
  const builds = createBuilds({ store, ambient, note: logs.note });
  const jobs = createJobs({
    store,
    ambient,
    access,
    commands,
    catalogue,
    workerLost: builds.workerLost,
    keepCommit: async () => undefined,
  });

  return {
    store,
    clock,
    ambient,
    access,
    commands,
    logs,
    builds,
    jobs,
    scope,
    close: () => store.close(),

    start: async (pipeline = "p") => (await commands.start(scope, pipeline, startRequest)).executionId,
    run: (command: Command, pipeline = "p") => commands.run(scope, pipeline, command),
    poll: (max = 10, types: readonly ActionTypeId[] = ALL_TYPES) => jobs.poll(scope, { types, max }),

    /** Takes the one job that is queued and acknowledges it. */
    async take(): Promise<KeptJob & { nonce: string }> {
      const [job, ...more] = await jobs.poll(scope, { types: ALL_TYPES, max: 10 });
      if (job?.nonce === undefined || more.length > 0) throw new Error(`${more.length + 1} jobs are queued`);
      await jobs.acknowledge(scope, job.id, job.nonce);
      return { ...job, nonce: job.nonce };
    },

    async pipeline(name = "p"): Promise<PipelineState> {
      const row = await store.read
        .selectFrom("pipeline")
        .select("state")
        .where("name", "=", name)
        .executeTakeFirstOrThrow();
      return JSON.parse(row.state) as PipelineState;
    },
    async execution(id: string): Promise<ExecutionState> {
      const row = await store.read
        .selectFrom("execution")
        .select("state")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      return JSON.parse(row.state) as ExecutionState;
    },
    job: (id: string) =>
      store.read.selectFrom("job").selectAll().where("id", "=", id).executeTakeFirstOrThrow(),
    history: (executionId: string) =>
      store.read
        .selectFrom("action_execution")
        .selectAll()
        .where("execution_id", "=", executionId)
        .orderBy("started")
        .execute(),
  };
}
