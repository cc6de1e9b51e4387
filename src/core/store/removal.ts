/** Deleting a pipeline: at once for everybody to see, its history bit by bit afterwards (E11.7). */
import { sql } from "kysely";
import { forgetCommands, newestCommand } from "./commands.ts";
import type { Reader, Tx } from "./store.ts";

/**
 * Everything that a new pipeline of the same name could meet. Its executions have ended, and their timers with them;
 * the history is left for `clearHistory`.
 */
export async function removePipeline(tx: Tx, id: string, at: number): Promise<void> {
  const command = await newestCommand(tx, id);
  await tx.deleteFrom("pipeline").where("id", "=", id).execute();
  await tx.deleteFrom("pipeline_version").where("pipeline_id", "=", id).execute();
  await tx.deleteFrom("source_binding").where("pipeline_id", "=", id).execute();
  await tx.deleteFrom("source_poll").where("pipeline_id", "=", id).execute();
  await tx.insertInto("removed_pipeline").values({ pipeline_id: id, removed: at, command }).execute();
}

/** Ids of deleted pipelines of which something is left. */
export async function removedPipelines(db: Reader): Promise<string[]> {
  const rows = await db.selectFrom("removed_pipeline").select("pipeline_id").limit(100).execute();
  return rows.map((row) => row.pipeline_id);
}

/** Clears up to `limit` rows of each kind. @returns whether nothing is left, and the pipeline is forgotten */
export async function clearHistory(tx: Tx, pipelineId: string, limit: number): Promise<boolean> {
  const cleared = [
    await deleteSome(tx, "start_token", "token", pipelineId, limit),
    await deleteSome(tx, "used_revision", "revision", pipelineId, limit),
    await deletePastActions(tx, pipelineId, limit),
    await deleteSome(tx, "rule_execution", "id", pipelineId, limit),
    await deleteSome(tx, "execution", "id", pipelineId, limit),
    await deleteSome(tx, "log_chunk", "action_execution_id", pipelineId, limit),
  ];
  const forgot = await clearCommands(tx, pipelineId, limit);
  if (forgot || cleared.some((rows) => rows > 0n)) return false;
  await tx.deleteFrom("removed_pipeline").where("pipeline_id", "=", pipelineId).execute();
  return true;
}

/** All executions of a deleted pipeline have ended, so that these are all its actions. */
async function deletePastActions(tx: Tx, pipelineId: string, limit: number): Promise<bigint> {
  const some = tx
    .selectFrom("past_action")
    .select("id")
    .where("pipeline_id", "=", pipelineId)
    .orderBy("started")
    .orderBy("attempt")
    .orderBy("id")
    .limit(limit);
  await tx.deleteFrom("action_execution").where("id", "in", some).execute();
  const { numDeletedRows } = await tx
    .deleteFrom("past_action")
    .where("pipeline_id", "=", pipelineId)
    .where("id", "in", some)
    .executeTakeFirst();
  return numDeletedRows;
}

/** @returns whether there were any */
async function clearCommands(tx: Tx, pipelineId: string, limit: number): Promise<boolean> {
  const removed = tx.selectFrom("removed_pipeline").select("command").where("pipeline_id", "=", pipelineId);
  const newest = (await removed.executeTakeFirst())?.command ?? 0;
  if (newest === 0) return false;
  const command = await forgetCommands(tx, newest, limit);
  await tx.updateTable("removed_pipeline").set({ command }).where("pipeline_id", "=", pipelineId).execute();
  return true;
}

async function deleteSome(
  tx: Tx,
  table: "start_token" | "used_revision" | "rule_execution" | "execution" | "log_chunk",
  key: string,
  pipelineId: string,
  limit: number,
): Promise<bigint> {
  const some = sql`select ${sql.ref(key)} from ${sql.table(table)} where pipeline_id = ${pipelineId} limit ${sql.lit(limit)}`;
  const { numAffectedRows } = await sql`delete from ${sql.table(table)}
    where pipeline_id = ${pipelineId} and ${sql.ref(key)} in (${some})`.execute(tx);
  return numAffectedRows ?? 0n;
}

/** Forgets up to `limit` jobs that ended before `before`. @returns how many */
export async function forgetEndedJobs(tx: Tx, before: number, limit: number): Promise<number> {
  const result = await tx
    .deleteFrom("job")
    .where("id", "in", (eb) =>
      eb
        .selectFrom("job")
        .select("id")
        .where("ended", "is not", null)
        .where("ended", "<", before)
        .orderBy("ended")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
