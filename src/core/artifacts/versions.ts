/** How a key's versions change, inside a transaction. */
import type { Ambient } from "../scope.ts";
import {
  findLatestVersion,
  insertLatestVersion,
  promoteNewestVersion,
  removeVersion,
} from "../store/objects.ts";
import type { Tx } from "../store/store.ts";
import type { ObjectVersionRow } from "../store/tables/objects.ts";
import { removeContent } from "../store/uploads.ts";
import { changeBucket } from "./buckets.ts";
import { checkWriteConditions } from "./conditions.ts";
import { sequencedId } from "./ids.ts";
import type { Deleted, Deletion, Place, StoredVersion, WriteConditions } from "./object-store.ts";
import { isObject, nullVersion, versionOf } from "./records.ts";
import type { ObjectWritten } from "./types.ts";

/** What a new version of an object is made of, before its bucket gives it id and place. */
export interface NewVersion extends Pick<ObjectVersionRow, "size" | "etag" | "modified" | "attributes"> {
  readonly content: string;
}

/** What a change did, and the files that nothing needs any more once it is committed. */
export interface Change<Result> {
  readonly result: Result;
  readonly unused: readonly string[];
}

/** @throws ObjectError NoSuchBucket, NoSuchKey, PreconditionFailed; what `written` throws */
export async function writeVersion(
  tx: Tx,
  ambient: Ambient,
  { bucket: name, key }: Place,
  version: NewVersion,
  options: { conditions?: WriteConditions; written: ObjectWritten },
): Promise<Change<StoredVersion>> {
  const bucket = await changeBucket(tx, name);
  if (options.conditions) {
    const present = await findLatestVersion(tx, name, key);
    checkWriteConditions(options.conditions, present && isObject(present) ? present.etag : undefined);
  }
  const { sequence } = bucket;
  const versionId = bucket.versioning === "Enabled" ? sequencedId(sequence, ambient) : nullVersion;
  const unused = versionId === nullVersion ? (await dropVersion(tx, name, key, nullVersion)).files : [];
  const row = { bucket: name, key, sequence, version_id: versionId, latest: 1, marker: 0, ...version };
  await insertLatestVersion(tx, row);
  const result = versionOf(row, bucket.versioning !== "Unversioned");
  await options.written(tx, { ...result, account: bucket.account, region: bucket.region });
  return { result, unused };
}

/** Deletes a version for good, or hides a versioned key behind a delete marker. @throws ObjectError */
export async function deleteVersion(
  tx: Tx,
  ambient: Ambient,
  name: string,
  { key, versionId, ifMatch }: Deletion,
): Promise<Change<Deleted>> {
  const bucket = await changeBucket(tx, name);
  if (ifMatch) {
    const present = await findLatestVersion(tx, name, key);
    checkWriteConditions({ ifMatch }, present && isObject(present) ? present.etag : undefined);
  }
  if (versionId !== undefined) {
    const { row, files } = await dropVersion(tx, name, key, versionId);
    if (row?.latest === 1) await promoteNewestVersion(tx, name, key);
    return { result: { versionId, marker: row?.marker === 1 }, unused: files };
  }
  if (bucket.versioning === "Unversioned") {
    const { files } = await dropVersion(tx, name, key, nullVersion);
    return { result: { marker: false }, unused: files };
  }
  const { sequence, versioning } = bucket;
  const markerId = versioning === "Enabled" ? sequencedId(sequence, ambient) : nullVersion;
  const unused = versioning === "Enabled" ? [] : (await dropVersion(tx, name, key, nullVersion)).files;
  await insertLatestVersion(tx, {
    bucket: name,
    key,
    sequence,
    version_id: markerId,
    marker: 1,
    content: null,
    size: 0,
    etag: "",
    modified: ambient.now(),
    attributes: "{}",
  });
  return { result: { versionId: markerId, marker: true }, unused };
}

async function dropVersion(tx: Tx, bucket: string, key: string, versionId: string) {
  const row = await removeVersion(tx, bucket, key, versionId);
  return { row, files: row?.content ? await removeContent(tx, row.content) : [] };
}
