import { type KeyRange, listAllVersions, listLatestVersions } from "../store/object-listing.ts";
import { findVersion } from "../store/objects.ts";
import type { Reader } from "../store/store.ts";
import { listUploadRows } from "../store/uploads.ts";
import { sequenceOf } from "./ids.ts";
import { behindPrefix, commonPrefix, precedes } from "./key-order.ts";
import type { ListedVersion, ListQuery, Page, StoredVersion, Upload } from "./object-store.ts";
import { listedVersionOf, nullVersion, uploadOf, versionOf } from "./records.ts";

/** Where a listing goes on: a stretch of keys and, of its first key, behind which sequence number. */
interface Cursor extends Pick<KeyRange, "from" | "exclusive"> {
  readonly within?: number;
}

interface Row {
  readonly key: string;
  readonly sequence: number;
}

/** The newest versions of keys. @param versioned whether the bucket ever was */
export async function listObjects(
  db: Reader,
  bucket: string,
  query: ListQuery & { after?: string },
  versioned: boolean,
): Promise<Page<StoredVersion>> {
  return collect(query, startOf(query), {
    fetch: (range) => listLatestVersions(db, bucket, range),
    behind: (row) => ({ from: row.key, exclusive: true }),
    item: (row) => versionOf(row, versioned),
  });
}

export async function listVersions(
  db: Reader,
  bucket: string,
  query: ListQuery & { after?: string; afterVersion?: string },
): Promise<Page<ListedVersion>> {
  const { after, afterVersion } = query;
  const within =
    after === undefined || afterVersion === undefined
      ? undefined
      : afterVersion === nullVersion
        ? (await findVersion(db, bucket, after, nullVersion))?.sequence
        : sequenceOf(afterVersion);
  return collect(query, startOf(query, afterVersion !== undefined, within), {
    fetch: (range, older) => listAllVersions(db, bucket, range, older),
    behind: (row) => ({ from: row.key, exclusive: false, within: row.sequence }),
    item: listedVersionOf,
  });
}

export async function listUploads(
  db: Reader,
  bucket: string,
  query: ListQuery & { after?: string; afterUpload?: string },
): Promise<Page<Upload>> {
  const within = query.afterUpload === undefined ? undefined : sequenceOf(query.afterUpload);
  return collect(query, startOf(query, within !== undefined, within), {
    fetch: (range, newer) => listUploadRows(db, bucket, range, newer),
    behind: (row) => ({ from: row.key, exclusive: false, within: row.sequence }),
    item: uploadOf,
  });
}

/** @param inKey whether the listing goes on among the rows of the key `after`; without `within`, at its first */
function startOf(query: ListQuery & { after?: string }, inKey = false, within?: number): Cursor {
  const { prefix, delimiter, after } = query;
  if (after === undefined || precedes(after, prefix)) return { from: prefix, exclusive: false };
  if (commonPrefix(after, prefix, delimiter) === after) return behindPrefix(after);
  return { from: after, exclusive: !inKey, ...(within !== undefined && { within }) };
}

/**
 * Walks rows in the order of keys, rolling keys with a delimiter behind the prefix up into one entry; what is rolled up
 * is skipped by a jump, never read through.
 */
async function collect<R extends Row, Item>(
  query: ListQuery,
  start: Cursor,
  rows: {
    fetch(range: KeyRange, within?: number): Promise<R[]>;
    behind(row: R): Cursor;
    item(row: R): Item;
  },
): Promise<Page<Item>> {
  const { prefix, delimiter, limit } = query;
  const items: Item[] = [];
  const prefixes: string[] = [];
  let last: Page<Item>["next"];
  let cursor = start;
  const until = prefix === "" ? undefined : behindPrefix(prefix).from;

  while (limit > 0) {
    const size = limit - items.length - prefixes.length + 1;
    const range = { from: cursor.from, exclusive: cursor.exclusive, limit: size, ...(until && { until }) };
    const batch = await rows.fetch(range, cursor.within);
    let rolledUp: string | undefined;
    for (const row of batch) {
      cursor = rows.behind(row);
      if (rolledUp !== undefined && row.key.startsWith(rolledUp)) continue;
      if (items.length + prefixes.length === limit) return { items, prefixes, ...(last && { next: last }) };
      rolledUp = commonPrefix(row.key, prefix, delimiter);
      if (rolledUp !== undefined) {
        prefixes.push(rolledUp);
        last = { prefix: rolledUp };
        continue;
      }
      const item = rows.item(row);
      items.push(item);
      last = { item };
    }
    if (batch.length < size) break;
    if (rolledUp !== undefined) cursor = behindPrefix(rolledUp);
  }
  return { items, prefixes };
}
