import { encryptionHeaders } from "../attributes.ts";
import { copiedContent, copySource } from "../copy-source.ts";
import type { S3Operation } from "../operation.ts";
import { copyRangeOf } from "../range.ts";
import { checksumElements, etag, timestamp } from "../shapes.ts";
import { partNumberOf, uploadOf } from "../uploading.ts";
import { answer, element } from "../xml/write.ts";

/** A part made of an object that is there already, or of a range of it. */
export const uploadPartCopy: S3Operation = {
  name: "UploadPartCopy",
  method: "PUT",
  query: { partNumber: true, uploadId: true },
  header: "x-amz-copy-source",
  about: "object",
  permission: "s3:PutObject",
  needs: "write",
  async handle(call) {
    const number = partNumberOf(call);
    const upload = await uploadOf(call);
    const { object } = await copySource(call);
    const range = copyRangeOf(call.headers.get("x-amz-copy-source-range"), object.size);
    const { algorithm: _, ...content } = await copiedContent(call, object, range);
    const algorithm = upload.checksum?.algorithm;
    const part = await call.store.uploads.putPart(upload, number, {
      ...content,
      ...(algorithm && { algorithm }),
    });
    return {
      status: 200,
      headers: {
        "x-amz-copy-source-version-id": object.versionId,
        ...encryptionHeaders(upload.attributes),
      },
      body: answer("CopyPartResult", [
        element("LastModified", timestamp(part.lastModified)),
        etag(part.etag),
        ...checksumElements(part.checksum),
      ]),
    };
  },
};
