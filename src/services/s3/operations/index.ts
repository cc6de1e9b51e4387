import type { Address } from "../address.ts";
import { S3Error } from "../error.ts";
import type { S3Operation } from "../operation.ts";
import type { Headers, Query } from "../parameters.ts";
import { abortMultipartUpload } from "./abort-multipart-upload.ts";
import { completeMultipartUpload } from "./complete-multipart-upload.ts";
import { copyObject } from "./copy-object.ts";
import { createBucket } from "./create-bucket.ts";
import { createMultipartUpload } from "./create-multipart-upload.ts";
import { deleteBucket } from "./delete-bucket.ts";
import { deleteObject } from "./delete-object.ts";
import { deleteObjects } from "./delete-objects.ts";
import { getBucketLocation } from "./get-bucket-location.ts";
import { getBucketVersioning } from "./get-bucket-versioning.ts";
import { getObject } from "./get-object.ts";
import { headBucket } from "./head-bucket.ts";
import { headObject } from "./head-object.ts";
import { listBuckets } from "./list-buckets.ts";
import { listMultipartUploads } from "./list-multipart-uploads.ts";
import { listObjectVersions } from "./list-object-versions.ts";
import { listObjects } from "./list-objects.ts";
import { listObjectsV2 } from "./list-objects-v2.ts";
import { listParts } from "./list-parts.ts";
import { notImplemented } from "./not-implemented.ts";
import { putBucketVersioning } from "./put-bucket-versioning.ts";
import { putObject } from "./put-object.ts";
import { uploadPart } from "./upload-part.ts";
import { uploadPartCopy } from "./upload-part-copy.ts";

/** Those that ask for more stand before those that ask for less. */
const operations: readonly S3Operation[] = [
  listBuckets,
  getBucketLocation,
  getBucketVersioning,
  putBucketVersioning,
  listObjectVersions,
  listMultipartUploads,
  listObjectsV2,
  listObjects,
  createBucket,
  headBucket,
  deleteBucket,
  deleteObjects,
  uploadPartCopy,
  uploadPart,
  copyObject,
  putObject,
  listParts,
  getObject,
  headObject,
  abortMultipartUpload,
  deleteObject,
  createMultipartUpload,
  completeMultipartUpload,
];

/** @throws S3Error NotImplemented (by the operation's name), MethodNotAllowed */
export function findOperation(
  method: string,
  address: Address["kind"],
  query: Query,
  headers: Headers,
): S3Operation {
  const missing = notImplemented(method, address, query);
  if (missing !== undefined) {
    throw new S3Error("NotImplemented", `${missing} is not implemented by this server.`, {
      details: { Operation: missing },
    });
  }
  const found = operations.find(
    (operation) =>
      operation.method === method &&
      isAbout(operation, address) &&
      Object.entries(operation.query ?? {}).every(([name, value]) =>
        value === true ? query.has(name) : query.get(name) === value,
      ) &&
      (operation.header === undefined || headers.get(operation.header) !== undefined),
  );
  if (found !== undefined) return found;
  throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    details: { Method: method, ResourceType: address.toUpperCase() },
  });
}

function isAbout(operation: S3Operation, address: Address["kind"]): boolean {
  return (operation.about === "new bucket" ? "bucket" : operation.about) === address;
}
