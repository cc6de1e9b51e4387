import { attributesOf, checksumHeaders, encryptionHeaders } from "../attributes.ts";
import { writeConditions } from "../conditions.ts";
import type { S3Operation } from "../operation.ts";

/** Streams the body to disk and answers once object and metadata are there to stay. Starts what it starts (S8.1). */
export const putObject: S3Operation = {
  name: "PutObject",
  method: "PUT",
  about: "object",
  permission: "s3:PutObject",
  needs: "write",
  async handle({ store, written, bucket, key, headers, body }) {
    const attributes = attributesOf(headers);
    const conditions = writeConditions(headers);
    const options = { written, ...(conditions && { conditions }) };
    const object = await store.objects.put({ bucket: bucket.name, key }, attributes, body.content(), options);
    return {
      status: 200,
      headers: {
        etag: `"${object.etag}"`,
        "x-amz-version-id": object.versionId,
        ...encryptionHeaders(object),
        ...checksumHeaders(object),
      },
    };
  },
};
