import type { Address } from "./address.ts";
import { authorizedBucket, bucketArn, requirePermission } from "./authorize.ts";
import { S3Error } from "./error.ts";
import type { S3Answer, S3Call, S3Operation } from "./operation.ts";

/**
 * Lets the operation answer, once the caller may do what it does there: the one place where callers are authorised for
 * what a request's path names. (The source of a copy is checked where it is read.)
 *
 * @throws S3Error AccessDenied, NoSuchBucket, and what the operation throws
 */
export async function dispatch(operation: S3Operation, address: Address, call: S3Call): Promise<S3Answer> {
  if (address.kind === "service") {
    if (operation.about === "service") {
      await requirePermission(call, operation.permission, "*");
      return operation.handle(call);
    }
  } else if (operation.about === "new bucket") {
    await requirePermission(call, operation.permission, bucketArn(address.bucket));
    return operation.handle({ ...call, name: address.bucket });
  } else if (operation.about === "bucket") {
    const { permission, openToReaders = false } = operation;
    const bucket = await ownBucket(call, {
      kind: "bucket",
      bucket: address.bucket,
      permission,
      openToReaders,
    });
    return operation.handle({ ...call, bucket });
  } else if (operation.about === "object" && address.kind === "object") {
    const place = { bucket: address.bucket, key: address.key };
    const { needs, permissionOfVersion } = operation;
    const permission = (call.query.has("versionId") && permissionOfVersion) || operation.permission;
    const bucket = await ownBucket(call, { kind: "object", place, permission, needs });
    return operation.handle({ ...call, bucket, key: address.key });
  }
  throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.");
}

async function ownBucket(call: S3Call, need: Parameters<typeof authorizedBucket>[1]) {
  const bucket = await authorizedBucket(call, need);
  const expected = call.headers.get("x-amz-expected-bucket-owner");
  if (expected !== undefined && expected !== bucket.account)
    throw new S3Error("AccessDenied", "Access Denied");
  return bucket;
}
