import { encryptionHeaders } from "../attributes.ts";
import { checksumHeader } from "../body/checksums.ts";
import type { S3Operation } from "../operation.ts";
import { partContent, partNumberOf, uploadOf } from "../uploading.ts";

export const uploadPart: S3Operation = {
  name: "UploadPart",
  method: "PUT",
  query: { partNumber: true, uploadId: true },
  about: "object",
  permission: "s3:PutObject",
  needs: "write",
  async handle(call) {
    const number = partNumberOf(call);
    const upload = await uploadOf(call);
    const part = await call.store.uploads.putPart(upload, number, partContent(upload, call.body.content()));
    return {
      status: 200,
      headers: {
        etag: `"${part.etag}"`,
        ...encryptionHeaders(upload.attributes),
        ...(part.checksum && { [checksumHeader(part.checksum.algorithm)]: part.checksum.value }),
      },
    };
  },
};
