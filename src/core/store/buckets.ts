import type { Reader, Tx } from "./store.ts";
import type { BucketRow } from "./tables/objects.ts";

/** @returns false when the name is taken */
export async function insertBucket(tx: Tx, row: BucketRow): Promise<boolean> {
  const result = await tx
    .insertInto("bucket")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findBucket(db: Reader, name: string): Promise<BucketRow | undefined> {
  return db.selectFrom("bucket").selectAll().where("name", "=", name).executeTakeFirst();
}

export async function listBucketsOf(db: Reader, account: string): Promise<BucketRow[]> {
  return db.selectFrom("bucket").selectAll().where("account", "=", account).orderBy("name").execute();
}

/**
 * Gives out the bucket's next sequence number and holds the bucket until the transaction ends: on PostgreSQL, changes
 * of one bucket wait for each other here, so that each finds the versions as the one before left them.
 */
export async function lockBucket(tx: Tx, name: string): Promise<BucketRow | undefined> {
  return tx
    .updateTable("bucket")
    .set((eb) => ({ sequence: eb("sequence", "+", 1) }))
    .where("name", "=", name)
    .returningAll()
    .executeTakeFirst();
}

export async function setBucketVersioning(tx: Tx, name: string, versioning: string): Promise<boolean> {
  const result = await tx
    .updateTable("bucket")
    .set({ versioning })
    .where("name", "=", name)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteBucketRow(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom("bucket").where("name", "=", name).execute();
}

/** Whether the bucket holds any version of any object, delete markers included. */
export async function bucketHoldsVersions(db: Reader, name: string): Promise<boolean> {
  const row = await db
    .selectFrom("object_version")
    .select("sequence")
    .where("bucket", "=", name)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
