/** Whose buckets are open to whom (attack A15). */
import type { Caller, JobGrant } from "../../core/access/types.ts";
import type { Bucket, ObjectStore, Place } from "../../core/artifacts/index.ts";
import { S3Error } from "./error.ts";

export type Need =
  | { readonly kind: "bucket"; readonly bucket: string; readonly openToReaders: boolean }
  | { readonly kind: "object"; readonly place: Place; readonly needs: "read" | "write" | "owner" };

/**
 * The bucket, if the caller may do there what it asks for. Root and users own the buckets of their account; a job has
 * what its grant names, and learns nothing of anything else.
 *
 * @throws S3Error AccessDenied, NoSuchBucket
 */
export async function authorizedBucket(store: ObjectStore, caller: Caller, need: Need): Promise<Bucket> {
  if (caller.kind === "job" && !isGranted(caller.grant, need)) throw accessDenied();
  const name = need.kind === "bucket" ? need.bucket : need.place.bucket;
  const bucket = await store.buckets.find(name);
  if (bucket === undefined) {
    throw new S3Error("NoSuchBucket", "The specified bucket does not exist", {
      details: { BucketName: name },
    });
  }
  if (bucket.account !== caller.account) throw accessDenied();
  return bucket;
}

/** For what only an account itself may do. @throws S3Error AccessDenied */
export function requireOwner(caller: Caller): void {
  if (caller.kind === "job") throw accessDenied();
}

export function accessDenied(): S3Error {
  return new S3Error("AccessDenied", "Access Denied");
}

/** An expired grant never gets here: its keys aren't accepted any more (`access.verify`). */
function isGranted(grant: JobGrant, need: Need): boolean {
  if (need.kind === "bucket") return need.openToReaders && (grant.readBuckets ?? []).includes(need.bucket);
  const { bucket, key } = need.place;
  const holds = (objects: readonly Place[], buckets: readonly string[] = []) =>
    buckets.includes(bucket) || objects.some((object) => object.bucket === bucket && object.key === key);
  switch (need.needs) {
    case "read":
      return holds(grant.read, grant.readBuckets);
    case "write":
      return holds(grant.write, grant.writeBuckets);
    case "owner":
      return false;
  }
}
