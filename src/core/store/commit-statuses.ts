/** The queue of what git hosts are still to be told of commits (S7.11): the newest of each commit and pipeline. */
import { sql } from "kysely";
import { writing } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { CommitStatusRow } from "./tables/commit-statuses.ts";

/** Announced when something is to be told. */
export const COMMIT_STATUS_TOPIC = "commit-statuses";

export type NewCommitStatus = Omit<CommitStatusRow, "claimed" | "tries">;

const KEY = ["account", "region", "pipeline_name", "connection", "repository", "commit_id"] as const;

type Key = Pick<CommitStatusRow, (typeof KEY)[number]>;

/** Queues a status in the place of one of the same commit and pipeline; while that is being told, it waits. */
export const putCommitStatus = writing<NewCommitStatus>((db, given) =>
  db
    .insertInto("commit_status")
    .values({
      id: given.id,
      account: given.account,
      region: given.region,
      pipeline_name: given.pipeline_name,
      connection: given.connection,
      repository: given.repository,
      commit_id: given.commit_id,
      execution_id: given.execution_id,
      action_execution_id: given.action_execution_id,
      state: given.state,
      description: given.description,
      claimed: sql.lit(0),
      tries: sql.lit(0),
      due: given.due,
    })
    .onConflict((conflict) =>
      conflict.columns(KEY).doUpdateSet((eb) => ({
        id: eb.ref("excluded.id"),
        execution_id: eb.ref("excluded.execution_id"),
        action_execution_id: eb.ref("excluded.action_execution_id"),
        state: eb.ref("excluded.state"),
        description: eb.ref("excluded.description"),
        tries: sql.lit(0),
        due: sql<number>`case when commit_status.claimed = 1 then commit_status.due else excluded.due end`,
      })),
    ),
);

/**
 * What is due by `now`, the longest due first; but what was tried least before: all that hosts which don't answer are
 * to be told would hold up the others' else.
 */
export function dueCommitStatuses(db: Reader, now: number, limit: number): Promise<CommitStatusRow[]> {
  return db
    .selectFrom("commit_status")
    .selectAll()
    .where("due", "<=", now)
    .orderBy("tries")
    .orderBy("due")
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** When the first is due. */
export async function nextCommitStatusDue(db: Reader): Promise<number | undefined> {
  const row = await db.selectFrom("commit_status").select("due").orderBy("due").limit(1).executeTakeFirst();
  return row?.due;
}

/**
 * Counts a try, and keeps others from it until `until`, when another server may try if this one has died.
 * @returns false when another server was first, or something newer is to be told
 */
export async function claimCommitStatus(
  tx: Tx,
  { id, due, tries }: Pick<CommitStatusRow, "id" | "due" | "tries">,
  until: number,
): Promise<boolean> {
  const result = await tx
    .updateTable("commit_status")
    .set({ claimed: 1, due: until, tries: tries + 1 })
    .where("id", "=", id)
    .where("due", "=", due)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** A status that was claimed: `due` is when the claim ends. */
type Claim = Key & Pick<CommitStatusRow, "id" | "due">;

/**
 * Forgets a status that needs no more tries. What took its place meanwhile is due `now`.
 * @returns false where the claim had ended, and another server has it now: nothing was changed
 */
export async function endCommitStatus(tx: Tx, claim: Claim, now: number): Promise<boolean> {
  const result = await tx
    .deleteFrom("commit_status")
    .where("id", "=", claim.id)
    .where("due", "=", claim.due)
    .executeTakeFirst();
  return result.numDeletedRows > 0n || release(tx, claim, now);
}

/**
 * Ends a claim: the next try is due at `due`, of what took its place meanwhile `now`.
 * @returns as `endCommitStatus`
 */
export async function putOffCommitStatus(tx: Tx, claim: Claim, due: number, now: number): Promise<boolean> {
  const result = await tx
    .updateTable("commit_status")
    .set({ claimed: 0, due })
    .where("id", "=", claim.id)
    .where("due", "=", claim.due)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n || release(tx, claim, now);
}

async function release(tx: Tx, claim: Claim, now: number): Promise<boolean> {
  let update = tx
    .updateTable("commit_status")
    .set({ claimed: 0, due: now })
    .where("claimed", "=", 1)
    .where("due", "=", claim.due);
  for (const column of KEY) update = update.where(column, "=", claim[column]);
  const { numUpdatedRows } = await update.executeTakeFirst();
  return numUpdatedRows > 0n;
}
