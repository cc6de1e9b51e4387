import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepPastActions } from "../../src/core/store/action-history.ts";
import { nextWaitingJob, overdueBuilds, placesTaken } from "../../src/core/store/build-queue.ts";
import { contendingStates, countLimited, liveStates } from "../../src/core/store/executions.ts";
import { expiredLeases, nextLeaseEnd } from "../../src/core/store/job-queue.ts";
import { takeJob, takeJobAndPipeline } from "../../src/core/store/jobs.ts";
import { takePipeline, takePipelineNamed, takePipelineOfJob } from "../../src/core/store/pipelines.ts";
import {
  liveActions,
  newestActionExecutions,
  pastActions,
} from "../../src/core/store/queries/action-executions.ts";
import { actionTypesNamed } from "../../src/core/store/queries/action-types.ts";
import { newestExecutions } from "../../src/core/store/queries/executions.ts";
import { hasQueuedJob, takeQueuedJobs } from "../../src/core/store/queued-jobs.ts";
import { queuedTypes } from "../../src/core/store/queued-types.ts";
import { clearHistory, forgetEndedJobs } from "../../src/core/store/removal.ts";
import { openSqlite } from "../../src/core/store/sqlite.ts";
import { SqliteConnection, sqliteDialect } from "../../src/core/store/sqlite-dialect.ts";
import type { Database, Tx } from "../../src/core/store/store.ts";
import { dueTimers, nextTimerDue } from "../../src/core/store/timers.ts";

const scope = { account: "a", region: "r" };
const type = { owner: "o", category: "c", provider: "p", version: "v" };
const page = { pipelineId: "p", since: 0, limit: 10 };

const queries: Record<string, (tx: Tx) => unknown> = {
  takePipeline: (tx) => takePipeline(tx, "p"),
  takePipelineNamed: (tx) => takePipelineNamed(tx, scope, "n"),
  takePipelineOfJob: (tx) => takePipelineOfJob(tx, "j"),
  contendingStates: (tx) => contendingStates(tx, "p", "e"),
  liveStates: (tx) => liveStates(tx, "p"),
  countLimited: (tx) => countLimited(tx, "p"),
  takeJob: (tx) => takeJob(tx, "j"),
  takeJobAndPipeline: (tx) => takeJobAndPipeline(tx, "j"),
  takeQueuedJobs: (tx) => takeQueuedJobs(tx, { ...scope, type }, 5),
  takeQueuedJobsOfAnyRegion: (tx) => takeQueuedJobs(tx, { account: "a", type, queryValue: "q" }, 5),
  queuedTypes: (tx) => queuedTypes(tx, "a", [type, { ...type, version: "w" }]),
  hasQueuedJob: (tx) => hasQueuedJob(tx, { ...scope, type }),
  expiredLeases: (tx) => expiredLeases(tx, 1, 5),
  nextLeaseEnd: (tx) => nextLeaseEnd(tx, 1),
  dueTimers: (tx) => dueTimers(tx, 1, { due: 0, id: "t" }, 5),
  nextTimerDue: (tx) => nextTimerDue(tx, 1),
  clearHistory: (tx) => clearHistory(tx, "p", 5),
  forgetEndedJobs: (tx) => forgetEndedJobs(tx, 1, 5),
  newestExecutions: (tx) => newestExecutions(tx, { ...page, beforeSeq: 5 }),
  actionTypesNamed: (tx) =>
    actionTypesNamed(tx, scope, [
      { category: "c", provider: "p", version: "v" },
      { category: "c", provider: "q", version: "v" },
    ]),
  actionsOfLive: (tx) => liveActions(tx, { ...page, after: undefined }),
  pastActions: (tx) => pastActions(tx, { ...page, after: [1, 1, "a"] }),
  keepPastActions: (tx) => keepPastActions(tx, "e"),
  actionsOfExecution: (tx) => newestActionExecutions(tx, { ...page, executionId: "e", after: undefined }),
};

/** Asked when builds begin and end, and twice a minute: seldom enough to be planned anew. */
const queriesOfBuilds: typeof queries = {
  placesTaken: (tx) => placesTaken(tx, { ...scope, project: "w" }),
  nextWaitingJob: (tx) => nextWaitingJob(tx, { ...scope, project: "w" }),
  overdueBuilds: (tx) => overdueBuilds(tx, 1, 5),
};

let folder: string;
let database: DatabaseSync;
let db: Kysely<Database>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-indexes-"));
  const path = join(folder, "db");
  await (await openSqlite(path)).close();
  database = new DatabaseSync(path);
  db = new Kysely<Database>({ dialect: sqliteDialect(new SqliteConnection(database)) });
});

afterAll(async () => {
  await db.destroy();
  database.close();
  await rm(folder, { recursive: true, force: true });
});

test("what commands and polls ask goes by an index, and in its order: the cost doesn't grow with history", async () => {
  const plans: string[] = [];
  const prepare = database.prepare.bind(database);
  for (const [name, ask] of Object.entries({ ...queries, ...queriesOfBuilds })) {
    const asked: string[] = [];
    database.prepare = (text) => {
      asked.push(text);
      return prepare(text);
    };
    await ask(db as Tx);
    database.prepare = prepare;
    for (const text of asked) {
      const steps = prepare(`explain query plan ${text}`).all();
      plans.push(...steps.map(({ detail }) => `${name}: ${detail}`));
    }
  }
  expect(plans.length).toBeGreaterThan(Object.keys(queries).length);
  // The actions of live executions are sorted when they are read; of the past only what began in one millisecond.
  const sorts = (step: string) => /TEMP B-TREE/.test(step) && !/^actionsOf|LAST TERM/.test(step);
  expect(plans.filter((step) => /: SCAN/.test(step) || sorts(step))).toEqual([]);
});

test("what was asked before isn't planned anew: that would take longer than the answer", async () => {
  let asking = "";
  const planned = new Set<string>();
  database.setAuthorizer(() => {
    planned.add(asking);
    return constants.SQLITE_OK;
  });
  for (const ask of Object.values(queries)) await ask(db as Tx);
  expect(planned).toEqual(new Set([""]));
  for (const [name, ask] of Object.entries(queries)) {
    asking = name;
    await ask(db as Tx);
  }
  expect(planned).toEqual(new Set([""]));
});
