/** Writing the history of rules. Reading it for callers is in queries/rule-executions.ts. */
import { holding } from "./row-lock.ts";
import { insertInto, single, writing } from "./statement.ts";
import type { Tx } from "./store.ts";
import type { RuleExecutionRow } from "./tables/pipelines.ts";

export const insertRuleExecutions = insertInto("rule_execution");

type Outcome = Pick<RuleExecutionRow, "id" | "status" | "updated" | "output">;

const select = single<{ id: string }, Pick<RuleExecutionRow, "status" | "output">>((db, given) =>
  holding(db, db.selectFrom("rule_execution").select(["status", "output"]).where("id", "=", given.id)),
);

/** What is recorded of a rule so far, held until the transaction ends. */
export async function takeRuleExecution(tx: Tx, id: string) {
  return select(tx, { id });
}

export const changeRuleExecution = writing<Outcome>((db, given) =>
  db
    .updateTable("rule_execution")
    .set({ status: given.status, updated: given.updated, output: given.output })
    .where("id", "=", given.id),
);
