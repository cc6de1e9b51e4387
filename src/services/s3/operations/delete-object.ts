import { ObjectError } from "../../../core/artifacts/index.ts";
import { writeConditions } from "../conditions.ts";
import { versionIdOf } from "../lookup.ts";
import type { S3Operation } from "../operation.ts";

/** Deletes an object or one version of it; a versioned one without a version id only gets a delete marker. */
export const deleteObject: S3Operation = {
  name: "DeleteObject",
  method: "DELETE",
  about: "object",
  permission: "s3:DeleteObject",
  permissionOfVersion: "s3:DeleteObjectVersion",
  needs: "owner",
  async handle({ store, bucket, key, query, headers }) {
    const versionId = versionIdOf(query);
    const ifMatch = writeConditions(headers)?.ifMatch;
    const [result] = await store.objects.delete(bucket.name, [
      { key, ...(versionId !== undefined && { versionId }), ...(ifMatch && { ifMatch }) },
    ]);
    if (result instanceof ObjectError) throw result;
    return {
      status: 204,
      headers: {
        "x-amz-version-id": result?.versionId,
        "x-amz-delete-marker": result?.marker ? "true" : undefined,
      },
    };
  },
};
