/** The action history, newest first: start time, then attempt, both descending, then id (api.md §3). */
import type { Scope } from "../../scope.ts";
import type { Reader } from "../store.ts";
import type { ActionExecutionRow } from "../tables/pipelines.ts";

export async function findActionExecution(
  db: Reader,
  pipelineId: string,
  id: string,
): Promise<ActionExecutionRow | undefined> {
  return db
    .selectFrom("action_execution")
    .selectAll()
    .where("id", "=", id)
    .where("pipeline_id", "=", pipelineId)
    .executeTakeFirst();
}

/** An action execution of whichever pipeline of the scope, with that pipeline's name. */
export async function findActionExecutionOf(
  db: Reader,
  { account, region }: Scope,
  id: string,
): Promise<(Pick<ActionExecutionRow, "started"> & { readonly pipelineName: string }) | undefined> {
  return db
    .selectFrom("action_execution")
    .innerJoin("pipeline", "pipeline.id", "action_execution.pipeline_id")
    .select(["started", "pipeline.name as pipelineName"])
    .where("action_execution.id", "=", id)
    .where("account", "=", account)
    .where("region", "=", region)
    .executeTakeFirst();
}

/** Where a page ended: start, attempt and id of its last row. */
export type HistoryPosition = readonly [started: number, attempt: number, id: string];

export interface HistoryPage {
  readonly pipelineId: string;
  /** Only rows of this execution. */
  readonly executionId?: string;
  /** Only the newest attempt of each action; with an execution. */
  readonly latestOnly?: boolean;
  readonly after: HistoryPosition | undefined;
  /** Only rows of actions that started since, in epoch milliseconds. */
  readonly since: number;
  readonly limit: number;
}

export async function newestActionExecutions(db: Reader, page: HistoryPage): Promise<ActionExecutionRow[]> {
  let query = db
    .selectFrom("action_execution as a")
    .selectAll("a")
    .where("a.pipeline_id", "=", page.pipelineId)
    .where("a.started", ">=", page.since)
    .orderBy("a.started", "desc")
    .orderBy("a.attempt", "desc")
    .orderBy("a.id", "asc")
    .limit(page.limit);
  const { executionId, after } = page;
  if (executionId !== undefined) query = query.where("a.execution_id", "=", executionId);
  if (executionId !== undefined && page.latestOnly) {
    query = query.innerJoin(newestAttempts(db, [executionId]), (join) =>
      join
        .onRef("n.stage", "=", "a.stage")
        .onRef("n.action", "=", "a.action")
        .onRef("n.attempt", "=", "a.attempt"),
    );
  }
  if (after !== undefined) {
    const [started, attempt, id] = after;
    // The first condition says nothing new: it lets the index begin where the last page ended.
    query = query
      .where("a.started", "<=", started)
      .where((eb) =>
        eb.or([
          eb("a.started", "<", started),
          eb("a.attempt", "<", attempt),
          eb.and([eb("a.attempt", "=", attempt), eb("a.id", ">", id)]),
        ]),
      );
  }
  return query.execute();
}

/** The newest attempt of every action that started in these executions, in no order. */
export async function newestAttemptsOf(
  db: Reader,
  executionIds: readonly string[],
): Promise<ActionExecutionRow[]> {
  if (executionIds.length === 0) return [];
  return db
    .selectFrom("action_execution as a")
    .selectAll("a")
    .innerJoin(newestAttempts(db, executionIds), (join) =>
      join
        .onRef("n.execution_id", "=", "a.execution_id")
        .onRef("n.stage", "=", "a.stage")
        .onRef("n.action", "=", "a.action")
        .onRef("n.attempt", "=", "a.attempt"),
    )
    .where("a.execution_id", "in", executionIds)
    .execute();
}

function newestAttempts(db: Reader, executionIds: readonly string[]) {
  return db
    .selectFrom("action_execution")
    .select(["execution_id", "stage", "action"])
    .select((eb) => eb.fn.max("attempt").as("attempt"))
    .where("execution_id", "in", executionIds)
    .groupBy(["execution_id", "stage", "action"])
    .as("n");
}
