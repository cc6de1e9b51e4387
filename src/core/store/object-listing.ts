import { sql } from "kysely";
import type { Reader } from "./store.ts";
import type { ObjectVersionRow } from "./tables/objects.ts";

/** A stretch of keys in the order of their UTF-8 bytes. */
export interface KeyRange {
  /** First key of the stretch; with `exclusive`, the stretch starts right behind it. */
  readonly from: string;
  readonly exclusive: boolean;
  /** First key behind the stretch. */
  readonly until?: string;
  readonly limit: number;
}

/** The newest versions of keys, without deleted ones, by key. */
export async function listLatestVersions(
  db: Reader,
  bucket: string,
  range: KeyRange,
): Promise<(ObjectVersionRow & { content: string })[]> {
  let query = db
    .selectFrom("object_version")
    .selectAll()
    .$narrowType<{ content: string }>()
    .where("bucket", "=", bucket)
    .where("key", range.exclusive ? ">" : ">=", range.from)
    // A literal, so that both databases see that the partial index fits.
    .where("latest", "=", sql.lit(1))
    .where("marker", "=", 0);
  if (range.until !== undefined) query = query.where("key", "<", range.until);
  return query.orderBy("key").limit(range.limit).execute();
}

/**
 * All versions and delete markers, by key and newest first.
 * @param within of `range.from` itself, only versions older than this sequence number
 */
export async function listAllVersions(
  db: Reader,
  bucket: string,
  range: KeyRange,
  within?: number,
): Promise<ObjectVersionRow[]> {
  let query = db
    .selectFrom("object_version")
    .selectAll()
    .where("bucket", "=", bucket)
    .where("key", range.exclusive ? ">" : ">=", range.from);
  if (within !== undefined) {
    query = query.where((eb) => eb.or([eb("key", ">", range.from), eb("sequence", "<", within)]));
  }
  if (range.until !== undefined) query = query.where("key", "<", range.until);
  return query.orderBy("key").orderBy("sequence", "desc").limit(range.limit).execute();
}
