import type { Upload } from "../../../core/artifacts/index.ts";
import { attributesOf, encryptionHeaders } from "../attributes.ts";
import { checksumAlgorithm } from "../body/checksums.ts";
import { S3Error } from "../error.ts";
import type { S3Operation } from "../operation.ts";
import type { Headers } from "../parameters.ts";
import { answer, element } from "../xml/write.ts";

/** @throws S3Error InvalidRequest */
export const createMultipartUpload: S3Operation = {
  name: "CreateMultipartUpload",
  method: "POST",
  query: { uploads: true },
  about: "object",
  permission: "s3:PutObject",
  needs: "write",
  async handle({ store, bucket, key, headers }) {
    const checksum = checksumAsked(headers);
    const upload = await store.uploads.create({ bucket: bucket.name, key }, attributesOf(headers), checksum);
    return {
      status: 200,
      headers: {
        ...encryptionHeaders(upload.attributes),
        "x-amz-checksum-algorithm": checksum?.algorithm,
        "x-amz-checksum-type": checksum?.type,
      },
      body: answer("InitiateMultipartUploadResult", [
        element("Bucket", bucket.name),
        element("Key", key),
        element("UploadId", upload.id),
      ]),
    };
  },
};

/** CRC64NVME is always of the whole object, SHA-1 and SHA-256 never; the other two are composite unless asked otherwise. */
function checksumAsked(headers: Headers): Upload["checksum"] {
  const name = headers.get("x-amz-checksum-algorithm");
  const type = headers.get("x-amz-checksum-type")?.toUpperCase();
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error("InvalidRequest", "x-amz-checksum-type needs x-amz-checksum-algorithm beside it.");
  }
  const algorithm = checksumAlgorithm(name);
  const possible =
    algorithm === "CRC64NVME"
      ? (["FULL_OBJECT"] as const)
      : algorithm === "SHA1" || algorithm === "SHA256"
        ? (["COMPOSITE"] as const)
        : (["COMPOSITE", "FULL_OBJECT"] as const);
  const chosen = type === undefined ? possible[0] : possible.find((candidate) => candidate === type);
  if (chosen === undefined) {
    throw new S3Error(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}
