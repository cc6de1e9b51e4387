import {
  bucketHoldsVersions,
  deleteBucketRow,
  findBucket,
  insertBucket,
  listBucketsOf,
  lockBucket,
  setBucketVersioning,
} from "../store/buckets.ts";
import type { Tx } from "../store/store.ts";
import type { BucketRow } from "../store/tables/objects.ts";
import { removeUploadsOf } from "../store/uploads.ts";
import { ObjectError } from "./error.ts";
import type { Buckets, Versioning } from "./object-store.ts";
import { bucketOf } from "./records.ts";
import type { Room } from "./room.ts";

export function createBuckets({ store, ambient, files }: Room): Buckets {
  return {
    async create({ name, account, region }) {
      const created = await store.transaction((tx) =>
        insertBucket(tx, newBucket({ name, account, region }, "Unversioned", ambient.now())),
      );
      if (created) return "created";
      return (await findBucket(store.read, name))?.account === account ? "owned" : "taken";
    },

    async find(name) {
      const row = await findBucket(store.read, name);
      return row && bucketOf(row);
    },

    async list(account) {
      return (await listBucketsOf(store.read, account)).map(bucketOf);
    },

    async setVersioning(name, versioning) {
      const found = await store.transaction((tx) => setBucketVersioning(tx, name, versioning));
      if (!found) throw noSuchBucket(name);
    },

    async delete(name) {
      const left = await store.transaction(async (tx) => {
        await changeBucket(tx, name);
        if (await bucketHoldsVersions(tx, name)) {
          throw new ObjectError(
            "BucketNotEmpty",
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
          );
        }
        const unused = await removeUploadsOf(tx, name);
        await deleteBucketRow(tx, name);
        return unused;
      });
      await files.remove(left);
    },
  };
}

export function newBucket(
  bucket: { name: string; account: string; region: string },
  versioning: Versioning,
  created: number,
): BucketRow {
  return { ...bucket, created, versioning, sequence: 0 };
}

/** Begins a change in a bucket, see `lockBucket`. @throws ObjectError NoSuchBucket */
export async function changeBucket(tx: Tx, name: string): Promise<BucketRow> {
  const row = await lockBucket(tx, name);
  if (row === undefined) throw noSuchBucket(name);
  return row;
}

export function noSuchBucket(name: string): ObjectError {
  return new ObjectError("NoSuchBucket", `The specified bucket does not exist: ${name}`);
}
