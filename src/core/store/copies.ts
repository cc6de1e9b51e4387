/** The queue of copies between regions: a row for each that wasn't reported yet (E3.7). */
import { insertInto } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { CopyRow } from "./tables/copies.ts";

/** Announced when rows were added. */
export const COPY_TOPIC = "copies";

export const insertCopies = insertInto("artifact_copy");

/** What is due by `now`, the longest due first. */
export async function dueCopies(db: Reader, now: number, limit: number): Promise<CopyRow[]> {
  return db
    .selectFrom("artifact_copy")
    .selectAll()
    .where("due", "<=", now)
    .orderBy("due")
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** When the first after `now` is due. */
export async function nextCopyDue(db: Reader, now: number): Promise<number | undefined> {
  const row = await db
    .selectFrom("artifact_copy")
    .select("due")
    .where("due", ">", now)
    .orderBy("due")
    .limit(1)
    .executeTakeFirst();
  return row?.due;
}

/**
 * Takes a copy until `until`: no other server makes it meanwhile, and one does if this server dies.
 *
 * @returns false when another server was first, or the row is gone
 */
export async function claimCopy(
  tx: Tx,
  { id, due }: Pick<CopyRow, "id" | "due">,
  until: number,
): Promise<boolean> {
  const result = await tx
    .updateTable("artifact_copy")
    .set({ due: until })
    .where("id", "=", id)
    .where("due", "=", due)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Makes a claim last longer, or end. */
export async function putOffCopy(tx: Tx, id: string, due: number): Promise<void> {
  await tx.updateTable("artifact_copy").set({ due }).where("id", "=", id).execute();
}

/** @returns whether it was there */
export async function deleteCopy(tx: Tx, id: string): Promise<boolean> {
  const result = await tx.deleteFrom("artifact_copy").where("id", "=", id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
