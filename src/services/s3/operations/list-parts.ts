import type { S3Operation } from "../operation.ts";
import { checksumElements, etag, owner, timestamp } from "../shapes.ts";
import { uploadOf } from "../uploading.ts";
import { answer, element, optional } from "../xml/write.ts";

const longestPage = 1000;

export const listParts: S3Operation = {
  name: "ListParts",
  method: "GET",
  query: { uploadId: true },
  about: "object",
  permission: "s3:ListMultipartUploadParts",
  needs: "write",
  async handle(call) {
    const { store, bucket, key, query } = call;
    const upload = await uploadOf(call);
    const limit = query.number("max-parts", { least: 0, most: longestPage, otherwise: longestPage });
    const after = query.number("part-number-marker", { least: 0, most: 10_000, otherwise: 0 });
    const parts = await store.uploads.listParts(upload, after, limit + 1);
    const shown = parts.slice(0, limit);
    const truncated = limit > 0 && parts.length > limit;
    const body = answer("ListPartsResult", [
      element("Bucket", bucket.name),
      element("Key", key),
      element("UploadId", upload.id),
      owner(bucket.account, "Initiator"),
      owner(bucket.account),
      element("StorageClass", upload.attributes.headers["x-amz-storage-class"] ?? "STANDARD"),
      element("PartNumberMarker", after),
      optional("NextPartNumberMarker", shown.at(-1)?.number),
      element("MaxParts", limit),
      element("IsTruncated", truncated),
      optional("ChecksumAlgorithm", upload.checksum?.algorithm),
      optional("ChecksumType", upload.checksum?.type),
      ...shown.map((part) =>
        element("Part", [
          element("PartNumber", part.number),
          element("LastModified", timestamp(part.lastModified)),
          etag(part.etag),
          element("Size", part.size),
          ...checksumElements(part.checksum),
        ]),
      ),
    ]);
    return { status: 200, body };
  },
};
