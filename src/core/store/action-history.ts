/** Writing the action history. Reading it for callers is in queries/action-executions.ts. */
import { holding } from "./row-lock.ts";
import { soon } from "./soon.ts";
import { changing, insertInto, single, writing } from "./statement.ts";
import type { Soon, Tx } from "./store.ts";
import type { ActionExecutionRow } from "./tables/pipelines.ts";

export const insertActionExecutions = insertInto("action_execution");

type Outcome = Pick<ActionExecutionRow, "id" | "status" | "updated" | "output">;

const select = single<{ id: string }, Pick<ActionExecutionRow, "status" | "output">>((db, given) =>
  holding(db, db.selectFrom("action_execution").select(["status", "output"]).where("id", "=", given.id)),
);

/** What is recorded of an action so far, held until the transaction ends. */
export function takeActionExecution(tx: Tx, id: string) {
  return select(tx, { id });
}

export const changeActionExecution = writing<Outcome>((db, given) =>
  db
    .updateTable("action_execution")
    .set({ status: given.status, updated: given.updated, output: given.output })
    .where("id", "=", given.id),
);

const updateFirst = changing<Outcome>((db, given) =>
  db
    .updateTable("action_execution")
    .set({ status: given.status, updated: given.updated, output: given.output })
    .where("id", "=", given.id)
    .where("output", "=", "{}"),
);

/** Records the outcome of an action of which nothing was recorded before. @returns false when something was */
export function recordFirst(tx: Tx, outcome: Outcome): Soon<boolean> {
  return soon(updateFirst(tx, outcome), (changed) => changed > 0);
}

const insertPast = writing<{ executionId: string }>((db, given) =>
  db
    .insertInto("past_action")
    .columns(["pipeline_id", "started", "attempt", "id"])
    .expression((eb) =>
      eb
        .selectFrom("action_execution")
        .select(["pipeline_id", "started", "attempt", "id"])
        .where("execution_id", "=", given.executionId),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

/** The execution has ended: its actions are found in the pipeline's history from now on, also when it is revived. */
export function keepPastActions(tx: Tx, executionId: string): Soon<void> {
  return insertPast(tx, { executionId });
}
