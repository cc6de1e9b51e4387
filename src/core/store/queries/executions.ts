/** Executions of a pipeline, newest first (api.md §3): by index, whatever the length of the history. */
import { single } from "../statement.ts";
import type { Reader } from "../store.ts";
import type { ExecutionRow } from "../tables/pipelines.ts";

const select = single<Pick<ExecutionRow, "id" | "pipeline_id">, ExecutionRow>((db, given) =>
  db
    .selectFrom("execution")
    .selectAll()
    .where("id", "=", given.id)
    .where("pipeline_id", "=", given.pipeline_id),
);

export async function findExecution(
  db: Reader,
  pipelineId: string,
  id: string,
): Promise<ExecutionRow | undefined> {
  return select(db, { pipeline_id: pipelineId, id });
}

/** Those of the given ids that are there, in no order. */
export async function findExecutions(db: Reader, ids: readonly string[]): Promise<ExecutionRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom("execution").selectAll().where("id", "in", ids).execute();
}

export interface ExecutionPage {
  readonly pipelineId: string;
  /** Only executions older than this one. */
  readonly beforeSeq: number | undefined;
  /** Only executions that started since, in epoch milliseconds. */
  readonly since: number;
  readonly limit: number;
}

export async function newestExecutions(db: Reader, page: ExecutionPage): Promise<ExecutionRow[]> {
  let query = db
    .selectFrom("execution")
    .selectAll()
    .where("pipeline_id", "=", page.pipelineId)
    .orderBy("seq", "desc")
    .limit(page.limit);
  if (page.beforeSeq !== undefined) query = query.where("seq", "<", page.beforeSeq);
  // None of an older start comes before one of a newer: a long history of old ones is not gone through (E10.4).
  return (await query.execute()).filter(({ started }) => started >= page.since);
}
