import type { KeyRange } from "./object-listing.ts";
import type { Reader, Tx } from "./store.ts";
import type { ContentPartRow, MultipartUploadRow } from "./tables/objects.ts";

export async function insertUpload(tx: Tx, row: MultipartUploadRow): Promise<void> {
  await tx.insertInto("multipart_upload").values(row).execute();
}

export async function findUpload(db: Reader, id: string): Promise<MultipartUploadRow | undefined> {
  return db.selectFrom("multipart_upload").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function removeUpload(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("multipart_upload").where("id", "=", id).execute();
}

/**
 * Uploads that weren't completed, by key and oldest first.
 * @param within of `range.from` itself, only uploads newer than this sequence number
 */
export async function listUploadRows(
  db: Reader,
  bucket: string,
  range: KeyRange,
  within?: number,
): Promise<MultipartUploadRow[]> {
  let query = db
    .selectFrom("multipart_upload")
    .selectAll()
    .where("bucket", "=", bucket)
    .where("key", range.exclusive ? ">" : ">=", range.from);
  if (within !== undefined) {
    query = query.where((eb) => eb.or([eb("key", ">", range.from), eb("sequence", ">", within)]));
  }
  if (range.until !== undefined) query = query.where("key", "<", range.until);
  return query.orderBy("key").orderBy("sequence").limit(range.limit).execute();
}

/** Adds a part, or takes the place of the one with its number. @returns the file that isn't needed any more */
export async function putPart(tx: Tx, row: ContentPartRow): Promise<string | undefined> {
  const replaced = await tx
    .deleteFrom("content_part")
    .where("content", "=", row.content)
    .where("number", "=", row.number)
    .returning("file")
    .executeTakeFirst();
  await tx.insertInto("content_part").values(row).execute();
  return replaced?.file;
}

export async function partsOf(db: Reader, content: string): Promise<ContentPartRow[]> {
  return db.selectFrom("content_part").selectAll().where("content", "=", content).orderBy("number").execute();
}

export async function listPartRows(
  db: Reader,
  content: string,
  after: number,
  limit: number,
): Promise<ContentPartRow[]> {
  return db
    .selectFrom("content_part")
    .selectAll()
    .where("content", "=", content)
    .where("number", ">", after)
    .orderBy("number")
    .limit(limit)
    .execute();
}

/** @returns the files that nothing needs any more */
export async function removeContent(tx: Tx, content: string): Promise<string[]> {
  const rows = await tx.deleteFrom("content_part").where("content", "=", content).returning("file").execute();
  return rows.map((row) => row.file);
}

/** @returns the file of the part that is gone */
export async function removePart(tx: Tx, content: string, number: number): Promise<string[]> {
  const rows = await tx
    .deleteFrom("content_part")
    .where("content", "=", content)
    .where("number", "=", number)
    .returning("file")
    .execute();
  return rows.map((row) => row.file);
}

/** Those of `files` that are part of an object or an upload. */
export async function filesInUse(db: Reader, files: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom("content_part").select("file").where("file", "in", files).execute();
  return new Set(rows.map((row) => row.file));
}

/** Forgets every upload of a bucket that wasn't completed. @returns the files that nothing needs any more */
export async function removeUploadsOf(tx: Tx, bucket: string): Promise<string[]> {
  const rows = await tx
    .deleteFrom("content_part")
    .where("content", "in", (eb) =>
      eb.selectFrom("multipart_upload").select("id").where("bucket", "=", bucket),
    )
    .returning("file")
    .execute();
  await tx.deleteFrom("multipart_upload").where("bucket", "=", bucket).execute();
  return rows.map((row) => row.file);
}
