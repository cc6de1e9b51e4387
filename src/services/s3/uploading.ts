/** What the operations on one multipart upload share. */
import type { IncomingContent, Upload } from "../../core/artifacts/index.ts";
import { S3Error } from "./error.ts";
import type { ObjectCall } from "./operation.ts";

/** AWS's limit. */
const mostParts = 10_000;

/** @throws ObjectError NoSuchUpload */
export function uploadOf({ store, bucket, key, query }: ObjectCall): Promise<Upload> {
  return store.uploads.find({ bucket: bucket.name, key }, query.get("uploadId") ?? "");
}

/** @throws S3Error InvalidArgument */
export function partNumberOf({ query }: ObjectCall): number {
  const number = query.number("partNumber", { least: 1, most: mostParts + 1, otherwise: 0 });
  if (number >= 1 && number <= mostParts) return number;
  throw new S3Error(
    "InvalidArgument",
    `Part number must be an integer between 1 and ${mostParts}, inclusive`,
    { details: { ArgumentName: "partNumber", ArgumentValue: query.get("partNumber") ?? "" } },
  );
}

/**
 * The part's bytes with the checksum that its upload was started with.
 * @throws S3Error InvalidRequest when the part comes with another
 */
export function partContent(upload: Upload, content: IncomingContent): IncomingContent {
  const expected = upload.checksum?.algorithm;
  if (expected === undefined) return content;
  if (content.algorithm !== undefined && content.algorithm !== expected) {
    throw new S3Error(
      "InvalidRequest",
      `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${content.algorithm.toLowerCase()}`,
    );
  }
  return { ...content, algorithm: expected };
}
