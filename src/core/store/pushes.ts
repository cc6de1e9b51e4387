/** What moves refs, as rows: intents of pushes, positions of refs, and the events that tell of each move (S6.12). */
import type { Reader, Tx } from "./store.ts";
import type { PushIntentRow, RefEventRow, RefPositionRow, RepositoryRow } from "./tables/repositories.ts";

/**
 * Holds the repository's row until the transaction ends, so that events of one repository are numbered one after
 * another on PostgreSQL too.
 * @returns undefined when the repository was deleted
 */
export async function lockRepository(tx: Tx, id: string): Promise<RepositoryRow | undefined> {
  return tx
    .updateTable("repository")
    .set((eb) => ({ last_event: eb.ref("last_event") }))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
}

export async function insertIntents(tx: Tx, rows: readonly PushIntentRow[]): Promise<void> {
  if (rows.length > 0) await tx.insertInto("push_intent").values(rows).execute();
}

/** Oldest first. */
export async function openIntents(db: Reader, repositoryId: string): Promise<PushIntentRow[]> {
  return db
    .selectFrom("push_intent")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .orderBy("created")
    .orderBy("id")
    .execute();
}

/** Repositories that a push was under way in when the server ended. */
export async function repositoriesWithIntents(db: Reader): Promise<string[]> {
  const rows = await db.selectFrom("push_intent").select("repository_id").distinct().execute();
  return rows.map((row) => row.repository_id);
}

export async function deleteIntents(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.deleteFrom("push_intent").where("id", "in", ids).execute();
}

export async function refPositions(db: Reader, repositoryId: string): Promise<RefPositionRow[]> {
  return db.selectFrom("ref_position").selectAll().where("repository_id", "=", repositoryId).execute();
}

/** The commit of a ref after its latest event; undefined when there is no such ref. */
export async function recordedCommit(
  db: Reader,
  repositoryId: string,
  ref: string,
): Promise<string | undefined> {
  const position = await db
    .selectFrom("ref_position")
    .select("commit_id")
    .where("repository_id", "=", repositoryId)
    .where("ref", "=", ref)
    .executeTakeFirst();
  return position?.commit_id;
}

/** Writes one move of a ref: its event and its new position. `removed`: the ref is gone. */
export async function writeRefEvent(tx: Tx, event: RefEventRow, removed: boolean): Promise<void> {
  const { repository_id, ref, new_commit, number } = event;
  await tx.insertInto("ref_event").values(event).execute();
  if (removed) {
    await tx
      .deleteFrom("ref_position")
      .where("repository_id", "=", repository_id)
      .where("ref", "=", ref)
      .execute();
    return;
  }
  await tx
    .insertInto("ref_position")
    .values({ repository_id, ref, commit_id: new_commit, event: number })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "ref"]).doUpdateSet({ commit_id: new_commit, event: number }),
    )
    .execute();
}

/** After events were written, or a pack was taken in. */
export async function settleRepository(
  tx: Tx,
  id: string,
  change: Pick<RepositoryRow, "last_event" | "default_branch" | "updated" | "received">,
): Promise<void> {
  await tx.updateTable("repository").set(change).where("id", "=", id).execute();
}
