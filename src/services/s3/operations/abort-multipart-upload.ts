import type { S3Operation } from "../operation.ts";
import { uploadOf } from "../uploading.ts";

/** Forgets an upload and frees what its parts took. */
export const abortMultipartUpload: S3Operation = {
  name: "AbortMultipartUpload",
  method: "DELETE",
  query: { uploadId: true },
  about: "object",
  permission: "s3:AbortMultipartUpload",
  needs: "write",
  async handle(call) {
    await call.store.uploads.abort(await uploadOf(call));
    return { status: 204 };
  },
};
