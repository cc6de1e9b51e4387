/** The action history, newest first: start time, then attempt, both descending, then id (api.md §3). */
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Scope } from "../../scope.ts";
import { actionsById } from "../event-actions.ts";
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
  const { executionId } = page;
  if (executionId !== undefined) return actionsOfExecution(db, { ...page, executionId });
  // Those of live executions first: of one that ends meanwhile they are found again among the past.
  const live = await liveActions(db, page);
  const past = await pastActions(db, page);
  const newest = new Map([...live, ...past].map((place) => [place.id, place]));
  const ids = [...newest.values()].sort(newestFirst).slice(0, page.limit);
  const rows = await actionsById(
    db,
    ids.map(({ id }) => id),
  );
  return rows.sort(newestFirst);
}

type Place = Pick<ActionExecutionRow, "started" | "attempt" | "id">;

function newestFirst(a: Place, b: Place): number {
  return b.started - a.started || b.attempt - a.attempt || (a.id < b.id ? -1 : 1);
}

/** Live executions are few, whatever the length of the history. */
export function liveActions(db: Reader, page: HistoryPage): Promise<Place[]> {
  return db
    .selectFrom("execution as e")
    .innerJoin("action_execution as a", "a.execution_id", "e.id")
    .select(["a.started", "a.attempt", "a.id"])
    .where("e.pipeline_id", "=", page.pipelineId)
    .where("e.live", "=", sql.lit(1))
    .where(isOn(page))
    .orderBy("a.started", "desc")
    .orderBy("a.attempt", "desc")
    .orderBy("a.id", "asc")
    .limit(page.limit)
    .execute();
}

export function pastActions(db: Reader, page: HistoryPage): Promise<Place[]> {
  return db
    .selectFrom("past_action as a")
    .select(["a.started", "a.attempt", "a.id"])
    .where("a.pipeline_id", "=", page.pipelineId)
    .where(isOn(page))
    .orderBy("a.started", "desc")
    .orderBy("a.attempt", "desc")
    .orderBy("a.id", "asc")
    .limit(page.limit)
    .execute();
}

async function actionsOfExecution(
  db: Reader,
  page: HistoryPage & { readonly executionId: string },
): Promise<ActionExecutionRow[]> {
  let query = db
    .selectFrom("action_execution as a")
    .selectAll("a")
    .where("a.pipeline_id", "=", page.pipelineId)
    .where("a.execution_id", "=", page.executionId)
    .where(isOn(page))
    .orderBy("a.started", "desc")
    .orderBy("a.attempt", "desc")
    .orderBy("a.id", "asc")
    .limit(page.limit);
  if (page.latestOnly) {
    query = query.innerJoin(newestAttempts(db, [page.executionId]), (join) =>
      join
        .onRef("n.stage", "=", "a.stage")
        .onRef("n.action", "=", "a.action")
        .onRef("n.attempt", "=", "a.attempt"),
    );
  }
  return query.execute();
}

/** Whether an action, `a`, is on the page or behind it. */
function isOn({ since, after }: HistoryPage): RawBuilder<SqlBool> {
  if (after === undefined) return sql`a.started >= ${since}`;
  const [started, attempt, id] = after;
  // The second condition says nothing new: it lets the index begin where the last page ended.
  return sql`a.started >= ${since} and a.started <= ${started}
    and (a.started < ${started} or a.attempt < ${attempt} or (a.attempt = ${attempt} and a.id > ${id}))`;
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
