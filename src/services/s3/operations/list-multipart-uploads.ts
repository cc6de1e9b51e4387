import { commonPrefixes, listParameters, marker } from "../listing.ts";
import type { S3Operation } from "../operation.ts";
import { owner, timestamp } from "../shapes.ts";
import { answer, element, optional } from "../xml/write.ts";

/** Uploads that weren't completed or aborted. */
export const listMultipartUploads: S3Operation = {
  name: "ListMultipartUploads",
  method: "GET",
  query: { uploads: true },
  about: "bucket",
  permission: "s3:ListBucketMultipartUploads",
  async handle({ store, bucket, query }) {
    const parameters = listParameters(query, "max-uploads");
    const { prefix, delimiter, limit, encode } = parameters;
    const after = marker(query, "key-marker");
    const afterUpload = after && marker(query, "upload-id-marker");
    const page = await store.uploads.list(bucket.name, {
      ...parameters,
      ...(after && { after }),
      ...(afterUpload && { afterUpload }),
    });
    const { next } = page;
    const nextKey = next && ("prefix" in next ? next.prefix : next.item.key);
    const body = answer("ListMultipartUploadsResult", [
      element("Bucket", bucket.name),
      element("KeyMarker", encode(after ?? "")),
      element("UploadIdMarker", afterUpload ?? ""),
      optional("NextKeyMarker", nextKey && encode(nextKey)),
      optional("NextUploadIdMarker", next && "item" in next ? next.item.id : undefined),
      element("Prefix", encode(prefix)),
      optional("Delimiter", delimiter && encode(delimiter)),
      optional("EncodingType", parameters.encodingType),
      element("MaxUploads", limit),
      element("IsTruncated", next !== undefined),
      ...page.items.map((upload) =>
        element("Upload", [
          element("Key", encode(upload.key)),
          element("UploadId", upload.id),
          owner(bucket.account, "Initiator"),
          owner(bucket.account),
          element("StorageClass", upload.attributes.headers["x-amz-storage-class"] ?? "STANDARD"),
          element("Initiated", timestamp(upload.started)),
          optional("ChecksumAlgorithm", upload.checksum?.algorithm),
          optional("ChecksumType", upload.checksum?.type),
        ]),
      ),
      ...commonPrefixes(page.prefixes, parameters),
    ]);
    return { status: 200, body };
  },
};
