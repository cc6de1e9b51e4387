/** Jobs: made and ended by commands, under the lock of their pipeline. */
import type { Nullable } from "kysely";
import { type TakenPipeline, takePipelineOfJob } from "./pipelines.ts";
import { holding, isPostgres } from "./row-lock.ts";
import { soon } from "./soon.ts";
import { insertInto, single, writing } from "./statement.ts";
import type { Reader, Soon, Tx } from "./store.ts";
import type { JobRow } from "./tables/jobs.ts";
import type { PipelineRow } from "./tables/pipelines.ts";

export const insertJobs = insertInto("job");

const select = single<{ id: string }, JobRow>((db, given) =>
  db.selectFrom("job").selectAll().where("id", "=", given.id),
);

/** What a report needs of a job: all but what the worker was given. */
export type HeldJob = Pick<JobRow, (typeof HELD_COLUMNS)[number]>;

const HELD_COLUMNS = [
  "id",
  "status",
  "account",
  "region",
  "owner",
  "category",
  "provider",
  "version",
  "execution_id",
  "stage",
  "action",
  "action_execution_id",
  "nonce",
  "lease_until",
  "handed_out",
  "continuation_token",
  "result",
  "ended",
] as const;

const selectHeld = single<{ id: string }, HeldJob>((db, given) =>
  holding(db, db.selectFrom("job").select(HELD_COLUMNS).where("id", "=", given.id)),
);

export function findJob(db: Reader, id: string): Soon<JobRow | undefined> {
  return select(db, { id });
}

const selectWork = single<{ id: string }, Pick<JobRow, "work">>((db, given) =>
  db.selectFrom("job").select("work").where("id", "=", given.id),
);

/** What the job's worker was given, as JSON text. */
export async function workOfJob(db: Reader, id: string): Promise<string | undefined> {
  return (await selectWork(db, { id }))?.work;
}

const selectEnd = single<{ id: string }, Pick<JobRow, "ended">>((db, given) =>
  db.selectFrom("job").select("ended").where("id", "=", given.id),
);

/** Whether there is such a job and it hasn't ended. */
export async function jobGoesOn(db: Reader, id: string): Promise<boolean> {
  return (await selectEnd(db, { id }))?.ended === null;
}

/** Takes a job for this transaction. Take its pipeline first: that order keeps two from waiting for each other. */
export function takeJob(tx: Tx, id: string): Soon<HeldJob | undefined> {
  return selectHeld(tx, { id });
}

interface JobAndPipeline {
  readonly job?: HeldJob | undefined;
  readonly pipeline?: TakenPipeline | undefined;
}

/** Takes a job and the pipeline that it works for, as far as they are still there. */
export function takeJobAndPipeline(tx: Tx, jobId: string): Soon<JobAndPipeline> {
  return isPostgres(tx) ? takeOneByOne(tx, jobId) : soon(selectWithPipeline(tx, { id: jobId }), apart);
}

/** The pipeline first, which is the order that keeps two from waiting for each other. */
async function takeOneByOne(tx: Tx, jobId: string): Promise<JobAndPipeline> {
  const [pipeline, job] = await Promise.all([takePipelineOfJob(tx, jobId), takeJob(tx, jobId)]);
  return { pipeline, job };
}

type WithPipeline = HeldJob &
  Pick<JobRow, "pipeline_id" | "pipeline_name"> &
  Nullable<Pick<PipelineRow, "state" | "command">>;

/** In one look, where nobody else holds rows. */
const selectWithPipeline = single<{ id: string }, WithPipeline>((db, given) =>
  db
    .selectFrom("job")
    .leftJoin("pipeline", "pipeline.id", "job.pipeline_id")
    .select(HELD_COLUMNS.map((column) => `job.${column}` as const))
    .select(["job.pipeline_id", "job.pipeline_name", "pipeline.state", "pipeline.command"])
    .where("job.id", "=", given.id),
);

function apart(both: WithPipeline | undefined): JobAndPipeline {
  if (both === undefined) return {};
  const { pipeline_id: id, pipeline_name: name, account, region, state, command } = both;
  const gone = state === null || command === null;
  return { job: both, pipeline: gone ? undefined : { id, account, region, name, state, command } };
}

type Ending = {
  readonly id: string;
  readonly status: string;
  readonly result: string | null;
  readonly ended: number;
};

/** Ends a job that is open; one that has ended stays as it is. */
export const endJob = writing<Ending>((db, given) =>
  db
    .updateTable("job")
    .set({
      status: given.status,
      result: given.result,
      ended: given.ended,
      nonce: null,
      lease_until: null,
    })
    .where("id", "=", given.id)
    .where("ended", "is", null),
);

/** A delayed job may be handed out from now on; undefined when it isn't waiting for that. */
export async function releaseJob(tx: Tx, id: string): Promise<JobRow | undefined> {
  return tx
    .updateTable("job")
    .set({ status: "Queued" })
    .where("id", "=", id)
    .where("status", "=", "Created")
    .returningAll()
    .executeTakeFirst();
}
