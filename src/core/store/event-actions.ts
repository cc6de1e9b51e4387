/** The action history as events need it. */
import type { Reader } from "./store.ts";
import type { ActionExecutionRow } from "./tables/pipelines.ts";

/** In no order; those of deleted pipelines may be gone. */
export async function actionsById(db: Reader, ids: readonly string[]): Promise<ActionExecutionRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom("action_execution").selectAll().where("id", "in", ids).execute();
}

/** Every attempt of every action in these executions, in order of their start. */
export async function actionsOfExecutions(
  db: Reader,
  executionIds: readonly string[],
): Promise<ActionExecutionRow[]> {
  if (executionIds.length === 0) return [];
  return db
    .selectFrom("action_execution")
    .selectAll()
    .where("execution_id", "in", executionIds)
    .orderBy("started")
    .orderBy("attempt")
    .orderBy("id")
    .execute();
}
