/** Executions as commands load and write them: the live ones, by index, whatever the length of the history. */
import { type Kysely, type RawBuilder, sql } from "kysely";
import { isPostgres } from "./row-lock.ts";
import { soon } from "./soon.ts";
import { insertInto, single, statement, writing } from "./statement.ts";
import type { Database, Reader, Soon, Tx } from "./store.ts";
import type { ExecutionRow } from "./tables/pipelines.ts";

export type StoredState = Pick<ExecutionRow, "id" | "state" | "command">;

type Asked = { readonly pipelineId: string; readonly named: string };
type Given = { readonly [K in keyof Asked]: RawBuilder<string> };

function named(db: Kysely<Database>, given: Given) {
  return db
    .selectFrom("execution")
    .select(["id", "state", "command"])
    .where("id", "=", given.named)
    .where("pipeline_id", "=", given.pipelineId);
}

function contending(db: Kysely<Database>, given: Pick<Given, "pipelineId">) {
  return db
    .selectFrom("execution")
    .select(["id", "state", "command"])
    .where("pipeline_id", "=", given.pipelineId)
    .where("contending", "=", sql.lit(1));
}

const selectNamed = statement<Asked, StoredState>(named);
const selectContending = statement<Pick<Asked, "pipelineId">, StoredState>(contending);
const selectBoth = statement<Asked, StoredState>((db, given) =>
  named(db, given).unionAll(contending(db, given).where("id", "<>", given.named)),
);

/** States of the execution of that id, if the pipeline has it, and of all that wait before a stage or hold a lock. */
export function contendingStates(
  db: Reader,
  pipelineId: string,
  named: string | undefined,
): Soon<StoredState[]> {
  if (named === undefined) return selectContending(db, { pipelineId });
  // One question on PostgreSQL, which is far. On SQLite two cost less: mostly the first finds the named one, too.
  if (isPostgres(db)) return selectBoth(db, { pipelineId, named });
  return soon(selectContending(db, { pipelineId }), (found) =>
    found.some(({ id }) => id === named)
      ? found
      : soon(selectNamed(db, { pipelineId, named }), (also) => [...also, ...found]),
  );
}

/** States of the executions of these ids, as far as the pipeline has them. */
export async function statesOf(
  db: Reader,
  pipelineId: string,
  ids: readonly string[],
): Promise<StoredState[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom("execution")
    .select(["id", "state", "command"])
    .where("id", "in", ids)
    .where("pipeline_id", "=", pipelineId)
    .execute();
}

/** States of all that haven't ended. */
export async function liveStates(db: Reader, pipelineId: string): Promise<StoredState[]> {
  return db
    .selectFrom("execution")
    .select(["id", "state", "command"])
    .where("pipeline_id", "=", pipelineId)
    .where("live", "=", sql.lit(1))
    .execute();
}

const selectLimited = single<{ pipelineId: string }, { count: number }>((db, given) =>
  db
    .selectFrom("execution")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("pipeline_id", "=", given.pipelineId)
    .where("live", "=", sql.lit(1))
    .where("type", "=", sql.lit("STANDARD"))
    .where("mode", "in", [sql.lit("QUEUED"), sql.lit("PARALLEL")]),
);

/** Live STANDARD executions in QUEUED and PARALLEL mode: what E2.12 limits. */
export async function countLimited(db: Reader, pipelineId: string): Promise<number> {
  return (await selectLimited(db, { pipelineId }))?.count ?? 0;
}

export const insertExecutions = insertInto("execution");

type Change = Pick<ExecutionRow, "id" | "status" | "live" | "contending" | "updated" | "state" | "command">;

const changeAll = writing<Change>((db, given) =>
  db
    .updateTable("execution")
    .set({
      status: given.status,
      live: given.live,
      contending: given.contending,
      updated: given.updated,
      state: given.state,
      command: given.command,
    })
    .where("id", "=", given.id),
);

const changeWithin = writing<Omit<Change, "live" | "contending">>((db, given) =>
  db
    .updateTable("execution")
    .set({ status: given.status, updated: given.updated, state: given.state, command: given.command })
    .where("id", "=", given.id),
);

/**
 * @param before whether it was live, and contending: where neither changes, no index of it is touched. SQLite writes an
 * entry anew wherever one of its columns is set, be it to what it was.
 */
export function changeExecution(
  tx: Tx,
  after: Change,
  before: Pick<ExecutionRow, "live" | "contending">,
): Soon<void> {
  const stands = after.live === before.live && after.contending === before.contending;
  return stands ? changeWithin(tx, after) : changeAll(tx, after);
}
