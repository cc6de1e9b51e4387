/** What explaining looks up, by ids and indexes: nothing here grows with history. */
import { sql } from "kysely";
import type { TypeKey } from "../queued-jobs.ts";
import type { Reader } from "../store.ts";
import type { JobRow } from "../tables/jobs.ts";
import type { PipelineRow, TimerRow } from "../tables/pipelines.ts";

/** The newest execution of a pipeline. */
export async function newestState(db: Reader, pipelineId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("execution")
    .select("state")
    .where("pipeline_id", "=", pipelineId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.state;
}

/** The pipeline of an execution; none once it is deleted. */
export async function pipelineOfExecution(
  db: Reader,
  executionId: string,
): Promise<Pick<PipelineRow, "id" | "account" | "region" | "name"> | undefined> {
  return db
    .selectFrom("execution")
    .innerJoin("pipeline", "pipeline.id", "execution.pipeline_id")
    .select(["pipeline.id", "pipeline.account", "pipeline.region", "pipeline.name"])
    .where("execution.id", "=", executionId)
    .executeTakeFirst();
}

export async function pipelineById(db: Reader, id: string): Promise<PipelineRow | undefined> {
  return db.selectFrom("pipeline").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function timersById(db: Reader, ids: readonly string[]): Promise<TimerRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom("timer").selectAll().where("id", "in", ids).execute();
}

export async function jobsById(db: Reader, ids: readonly string[]): Promise<JobRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom("job").selectAll().where("id", "in", ids).execute();
}

/** How many queued jobs of the type are older than `created`, counted up to `most`. */
export async function jobsAhead(
  db: Reader,
  account: string,
  type: TypeKey,
  created: number,
  most: number,
): Promise<number> {
  const { owner, category, provider, version } = type;
  const ahead = db
    .selectFrom("job")
    .select("id")
    .where("status", "=", sql.lit("Queued"))
    .where("account", "=", account)
    .where("owner", "=", owner)
    .where("category", "=", category)
    .where("provider", "=", provider)
    .where("version", "=", version)
    .where("created", "<", created)
    .limit(most);
  const { rows } = await sql<{ count: number }>`select count(*) as count from (${ahead}) as ahead`.execute(
    db,
  );
  return Number(rows[0]?.count ?? 0);
}
