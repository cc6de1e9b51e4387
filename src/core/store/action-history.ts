/** Writing the action history. Reading it for callers is in queries/action-executions.ts. */
import { holding } from "./row-lock.ts";
import { insertInto, statement } from "./statement.ts";
import type { Tx } from "./store.ts";
import type { ActionExecutionRow } from "./tables/pipelines.ts";

export const insertActionExecutions = insertInto("action_execution");

type Outcome = Pick<ActionExecutionRow, "id" | "status" | "updated" | "output">;

const select = statement<{ id: string }, Pick<ActionExecutionRow, "status" | "output">>((db, given) =>
  holding(db, db.selectFrom("action_execution").select(["status", "output"]).where("id", "=", given.id)),
);

/** What is recorded of an action so far, held until the transaction ends. */
export async function takeActionExecution(tx: Tx, id: string) {
  return (await select(tx, { id }))[0];
}

const update = statement<Outcome, unknown>((db, given) =>
  db
    .updateTable("action_execution")
    .set({ status: given.status, updated: given.updated, output: given.output })
    .where("id", "=", given.id),
);

export async function changeActionExecution(tx: Tx, change: Outcome): Promise<void> {
  await update(tx, change);
}
