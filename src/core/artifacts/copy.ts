/** Copying an object inside the store, from file to file. */
import { findBucket } from "../store/buckets.ts";
import { contentIsInUse } from "../store/objects.ts";
import type { ContentPartRow } from "../store/tables/objects.ts";
import { filesInUse, partsOf, putPart } from "../store/uploads.ts";
import { noSuchBucket } from "./buckets.ts";
import type { Place, StoredVersion } from "./object-store.ts";
import { keptAttributes } from "./records.ts";
import type { Room } from "./room.ts";
import { writeVersion } from "./versions.ts";

/** Whether the bytes are in this data directory: servers that share a database may have others. */
export async function isHere({ store, files }: Room, { content }: StoredVersion): Promise<boolean> {
  const parts = await partsOf(store.read, content);
  for (const { file } of parts) if (!(await files.has(file))) return false;
  return true;
}

/**
 * Writes a new version of `to` with the source's bytes, parts, headers and checksum. Nobody is told of it: a copy of an
 * artifact is no change of a source.
 *
 * @returns false when the source was replaced or deleted since it was found
 * @throws ObjectError NoSuchBucket where the account has no such bucket as the target's; the system's errors
 */
export async function copyVersion(
  room: Room,
  account: string,
  source: StoredVersion,
  to: Place,
): Promise<boolean> {
  const { store, files } = room;
  if ((await findBucket(store.read, to.bucket))?.account !== account) throw noSuchBucket(to.bucket);
  const parts = await partsOf(store.read, source.content);
  const release = files.hold(parts.map(({ file }) => file));
  const made: string[] = [];
  try {
    // Between the look and the hold the content may have been given up.
    if (!(await contentIsInUse(store.read, source.content))) return false;
    for (const { file } of parts) made.push(await files.copy(file));
    await keepCopy(
      room,
      source,
      to,
      parts.map((part, index) => ({ ...part, file: made[index] ?? "" })),
    );
    for (const file of made) files.settle(file);
    return true;
  } catch (error) {
    // A commit whose answer got lost may have happened.
    const used = await filesInUse(store.read, made).catch(() => new Set(made));
    for (const file of made) if (used.has(file)) files.settle(file);
    await files.remove(made.filter((file) => !used.has(file)));
    throw error;
  } finally {
    release();
  }
}

async function keepCopy(
  { store, ambient, files }: Room,
  { size, etag, headers, metadata, checksum }: StoredVersion,
  to: Place,
  parts: readonly ContentPartRow[],
): Promise<void> {
  const content = ambient.newId();
  const version = {
    content,
    size,
    etag,
    modified: ambient.now(),
    attributes: keptAttributes({ headers, metadata }, checksum),
  };
  const { unused } = await store.transaction(async (tx) => {
    for (const part of parts) await putPart(tx, { ...part, content });
    return writeVersion(tx, ambient, to, version, { written: async () => {} });
  });
  await files.remove(unused);
}
