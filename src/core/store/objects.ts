import { sql } from "kysely";
import type { Reader, Tx } from "./store.ts";
import type { ObjectVersionRow } from "./tables/objects.ts";

/** The newest version of a key, which may be a delete marker. */
export async function findLatestVersion(
  db: Reader,
  bucket: string,
  key: string,
): Promise<ObjectVersionRow | undefined> {
  return db
    .selectFrom("object_version")
    .selectAll()
    .where("bucket", "=", bucket)
    .where("key", "=", key)
    .where("latest", "=", sql.lit(1))
    .executeTakeFirst();
}

export async function findVersion(
  db: Reader,
  bucket: string,
  key: string,
  versionId: string,
): Promise<ObjectVersionRow | undefined> {
  return db
    .selectFrom("object_version")
    .selectAll()
    .where("bucket", "=", bucket)
    .where("key", "=", key)
    .where("version_id", "=", versionId)
    .executeTakeFirst();
}

/** Makes `row` the newest version of its key. */
export async function insertLatestVersion(tx: Tx, row: Omit<ObjectVersionRow, "latest">): Promise<void> {
  await tx
    .updateTable("object_version")
    .set({ latest: 0 })
    .where("bucket", "=", row.bucket)
    .where("key", "=", row.key)
    .where("latest", "=", sql.lit(1))
    .execute();
  await tx
    .insertInto("object_version")
    .values({ ...row, latest: 1 })
    .execute();
}

/** @returns what was removed */
export async function removeVersion(
  tx: Tx,
  bucket: string,
  key: string,
  versionId: string,
): Promise<ObjectVersionRow | undefined> {
  return tx
    .deleteFrom("object_version")
    .where("bucket", "=", bucket)
    .where("key", "=", key)
    .where("version_id", "=", versionId)
    .returningAll()
    .executeTakeFirst();
}

/** After the newest version of a key was removed: the one before it, if any, is the newest again. */
export async function promoteNewestVersion(tx: Tx, bucket: string, key: string): Promise<void> {
  await tx
    .updateTable("object_version")
    .set({ latest: 1 })
    .where("bucket", "=", bucket)
    .where("key", "=", key)
    .where("sequence", "=", (eb) =>
      eb
        .selectFrom("object_version as other")
        .select((max) => max.fn.max("other.sequence").as("newest"))
        .where("other.bucket", "=", bucket)
        .where("other.key", "=", key),
    )
    .execute();
}

/** Whether a content is still an object's: false once it was replaced or deleted. */
export async function contentIsInUse(db: Reader, content: string): Promise<boolean> {
  const row = await db
    .selectFrom("content_part")
    .select("number")
    .where("content", "=", content)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
