import { join } from "node:path";
import type { Ambient } from "../scope.ts";
import { findBucket, insertBucket } from "../store/buckets.ts";
import type { Store } from "../store/store.ts";
import { filesInUse } from "../store/uploads.ts";
import { createBuckets, newBucket } from "./buckets.ts";
import { copyVersion, isHere } from "./copy.ts";
import { ContentFiles } from "./files.ts";
import type { ObjectStore, StoredVersion } from "./object-store.ts";
import { createObjects } from "./objects.ts";
import type { Room } from "./room.ts";
import { createUploads } from "./uploads.ts";

/**
 * The embedded object store over `<dataDir>/objects` and the database. Begins at once to remove, in the background,
 * what a crash left there.
 */
export function createArtifacts({
  store,
  dataDir,
  ambient,
}: {
  store: Store;
  dataDir: string;
  ambient: Ambient;
}): ObjectStore {
  const files = new ContentFiles(join(dataDir, "objects"), () =>
    Buffer.from(ambient.randomBytes(16)).toString("hex"),
  );
  const room: Room = { store, ambient, files };
  const objects = createObjects(room);

  const closing = new AbortController();
  // What can't be listed or removed now waits for the next start: the sweep only ever frees space.
  const sweep = files.sweep((batch) => filesInUse(store.read, batch), closing.signal).catch(() => undefined);

  async function find(account: string, bucket: string, key: string, versionId?: string) {
    if ((await findBucket(store.read, bucket))?.account !== account) return undefined;
    const found = await objects.find({ bucket, key }, versionId);
    return found.kind === "object" ? found.object : undefined;
  }

  return {
    buckets: createBuckets(room),
    objects,
    uploads: createUploads(room),

    async ensureBucket({ versioned, ...bucket }) {
      const row = newBucket(bucket, versioned ? "Enabled" : "Unversioned", ambient.now());
      await store.transaction((tx) => insertBucket(tx, row));
    },

    head: find,

    async read(account, bucket, key, versionId) {
      for (;;) {
        const object: StoredVersion | undefined = await find(account, bucket, key, versionId);
        if (object === undefined) return undefined;
        const bytes = await objects.open(object);
        if (bytes !== undefined) return bytes;
      }
    },

    async copy(account, from, to) {
      for (;;) {
        const object: StoredVersion | undefined = await find(account, from.bucket, from.key);
        if (object === undefined) return false;
        if (await copyVersion(room, account, object, to)) return true;
      }
    },

    async whereIs(account, { bucket, key }) {
      const object = await find(account, bucket, key);
      if (object === undefined) return "nowhere";
      return (await isHere(room, object)) ? "here" : "elsewhere";
    },

    async close() {
      closing.abort();
      await sweep;
    },
  };
}
