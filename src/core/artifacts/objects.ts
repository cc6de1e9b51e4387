import { findBucket } from "../store/buckets.ts";
import { findLatestVersion, findVersion } from "../store/objects.ts";
import { partsOf, putPart } from "../store/uploads.ts";
import { noSuchBucket } from "./buckets.ts";
import type { Checksum } from "./content.ts";
import { ObjectError } from "./error.ts";
import { listObjects, listVersions } from "./listing.ts";
import type { Deleted, Objects } from "./object-store.ts";
import { openContent } from "./reading.ts";
import { isObject, keptAttributes, versionOf } from "./records.ts";
import { type Room, receive } from "./room.ts";
import { deleteVersion, writeVersion } from "./versions.ts";

export function createObjects(room: Room): Objects {
  const { store, ambient, files } = room;

  async function bucketNamed(name: string) {
    const bucket = await findBucket(store.read, name);
    if (bucket === undefined) throw noSuchBucket(name);
    return { ...bucket, versioned: bucket.versioning !== "Unversioned" };
  }

  return {
    async put(place, attributes, content, options) {
      await bucketNamed(place.bucket);
      return receive(room, content, async (file, { size, md5, checksum }) => {
        const kept: Checksum | undefined = checksum && { ...checksum, type: "FULL_OBJECT" };
        const id = ambient.newId();
        const modified = ambient.now();
        const { result, unused } = await store.transaction(async (tx) => {
          await putPart(tx, { content: id, number: 1, file, size, etag: md5, modified, checksum: null });
          const version = {
            content: id,
            size,
            etag: md5,
            modified,
            attributes: keptAttributes(attributes, kept),
          };
          return writeVersion(tx, ambient, place, version, options);
        });
        await files.remove(unused);
        return result;
      });
    },

    async find({ bucket: name, key }, versionId) {
      const bucket = await bucketNamed(name);
      const row =
        versionId === undefined
          ? await findLatestVersion(store.read, name, key)
          : await findVersion(store.read, name, key, versionId);
      if (row === undefined) return { kind: "none" };
      if (isObject(row)) return { kind: "object", object: versionOf(row, bucket.versioned) };
      return { kind: "marker", versionId: row.version_id, lastModified: row.modified };
    },

    open: (object, range) => openContent(room, object, range),

    async partSizes(object) {
      return (await partsOf(store.read, object.content)).map((part) => part.size);
    },

    async delete(bucket, deletions) {
      const { results, unused } = await store.transaction(async (tx) => {
        const results: (Deleted | ObjectError)[] = [];
        const unused: string[] = [];
        for (const deletion of deletions) {
          try {
            const change = await deleteVersion(tx, ambient, bucket, deletion);
            results.push(change.result);
            unused.push(...change.unused);
          } catch (error) {
            // Thrown before anything was changed for this key; the others go on.
            if (!(error instanceof ObjectError) || error.code === "NoSuchBucket") throw error;
            results.push(error);
          }
        }
        return { results, unused };
      });
      await files.remove(unused);
      return results;
    },

    async list(name, query) {
      const { versioned } = await bucketNamed(name);
      return listObjects(store.read, name, query, versioned);
    },

    async listVersions(name, query) {
      await bucketNamed(name);
      return listVersions(store.read, name, query);
    },
  };
}
