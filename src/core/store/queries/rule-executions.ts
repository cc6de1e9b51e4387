/** The history of rules, newest first: start time, then evaluation, both descending, then id (api.md §3). */
import type { Reader } from "../store.ts";
import type { RuleExecutionRow } from "../tables/pipelines.ts";

/** Where a page ended: start, evaluation and id of its last row. */
export type RulePosition = readonly [started: number, evaluation: number, id: string];

export interface RuleHistoryPage {
  readonly pipelineId: string;
  /** Only rows of this execution. */
  readonly executionId?: string;
  /** Only the newest execution of each rule; with an execution. */
  readonly latestOnly?: boolean;
  readonly after: RulePosition | undefined;
  /** Only rows of rules that started since, in epoch milliseconds. */
  readonly since: number;
  readonly limit: number;
}

export async function newestRuleExecutions(db: Reader, page: RuleHistoryPage): Promise<RuleExecutionRow[]> {
  let query = db
    .selectFrom("rule_execution as r")
    .selectAll("r")
    .where("r.pipeline_id", "=", page.pipelineId)
    .where("r.started", ">=", page.since)
    .orderBy("r.started", "desc")
    .orderBy("r.evaluation", "desc")
    .orderBy("r.id", "asc")
    .limit(page.limit);
  const { executionId, after } = page;
  if (executionId !== undefined) query = query.where("r.execution_id", "=", executionId);
  if (executionId !== undefined && page.latestOnly) {
    query = query.innerJoin(newestEvaluations(db, executionId), (join) =>
      join
        .onRef("n.stage", "=", "r.stage")
        .onRef("n.condition", "=", "r.condition")
        .onRef("n.evaluation", "=", "r.evaluation"),
    );
  }
  if (after !== undefined) {
    const [started, evaluation, id] = after;
    // The first condition says nothing new: it lets the index begin where the last page ended.
    query = query
      .where("r.started", "<=", started)
      .where((eb) =>
        eb.or([
          eb("r.started", "<", started),
          eb("r.evaluation", "<", evaluation),
          eb.and([eb("r.evaluation", "=", evaluation), eb("r.id", ">", id)]),
        ]),
      );
  }
  return query.execute();
}

/** All rules of a condition start together, so that its newest evaluation has the newest of each. */
function newestEvaluations(db: Reader, executionId: string) {
  return db
    .selectFrom("rule_execution")
    .select(["stage", "condition"])
    .select((eb) => eb.fn.max("evaluation").as("evaluation"))
    .where("execution_id", "=", executionId)
    .groupBy(["stage", "condition"])
    .as("n");
}

/** Those of the given ids that are there, in no order. */
export async function findRuleExecutions(db: Reader, ids: readonly string[]): Promise<RuleExecutionRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom("rule_execution").selectAll().where("id", "in", ids).execute();
}
