/** Whose buckets are open to whom (attack A15; api.md §9). */
import type { JobGrant } from "../../core/access/types.ts";
import type { Bucket, Place } from "../../core/artifacts/index.ts";
import { S3Error } from "./error.ts";
import type { Permission, S3Call } from "./operation.ts";

export type Need =
  | {
      readonly kind: "bucket";
      readonly bucket: string;
      readonly permission: Permission | "each object";
      readonly openToReaders: boolean;
    }
  | ObjectNeed;

interface ObjectNeed {
  readonly kind: "object";
  readonly place: Place;
  readonly permission: Permission;
  readonly needs: "read" | "write" | "owner";
}

type Asking = Pick<S3Call, "store" | "caller" | "authorize" | "authorizeRole">;

/**
 * The bucket, if the caller may do there what it asks for. Root owns the buckets of its account, users have there what
 * their policies allow; a job has what its grant names. Nobody learns anything of what isn't open to them.
 *
 * @throws S3Error AccessDenied, NoSuchBucket; AccessError
 */
export async function authorizedBucket(call: Asking, need: Need): Promise<Bucket> {
  const { store, caller } = call;
  if (caller.kind === "job") {
    if (!isGranted(caller.grant, need)) throw accessDenied();
    if (isDeployment(caller.grant, need)) await call.authorizeRole(need.permission, objectArn(need.place));
  } else if (need.permission !== "each object") {
    await call.authorize(
      need.permission,
      need.kind === "bucket" ? bucketArn(need.bucket) : objectArn(need.place),
    );
  }
  const name = need.kind === "bucket" ? need.bucket : need.place.bucket;
  const bucket = await store.buckets.find(name);
  if (bucket === undefined) {
    // Who may delete nothing in it isn't told that it isn't there.
    if (need.permission === "each object") await call.authorize("s3:DeleteObject", `${bucketArn(name)}/*`);
    throw new S3Error("NoSuchBucket", "The specified bucket does not exist", {
      details: { BucketName: name },
    });
  }
  if (bucket.account !== caller.account) throw accessDenied();
  return bucket;
}

/** For what isn't in a bucket that is there: never a job. @throws S3Error AccessDenied; AccessError */
export async function requirePermission(
  { caller, authorize }: Asking,
  permission: Permission,
  resource: string,
): Promise<void> {
  if (caller.kind === "job") throw accessDenied();
  await authorize(permission, resource);
}

export function accessDenied(): S3Error {
  return new S3Error("AccessDenied", "Access Denied");
}

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

export function objectArn({ bucket, key }: Place): string {
  return `${bucketArn(bucket)}/${key}`;
}

/** A write where the pipeline's author says, which may be where another pipeline's source is. */
function isDeployment({ write, writeBuckets = [] }: JobGrant, need: Need): need is ObjectNeed {
  if (need.kind === "bucket" || need.needs !== "write") return false;
  const { bucket, key } = need.place;
  return writeBuckets.includes(bucket) && !write.some((own) => own.bucket === bucket && own.key === key);
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
