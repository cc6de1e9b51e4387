import type { ObjectStore, Place, StoredVersion } from "../../core/artifacts/index.ts";
import { S3Error } from "./error.ts";
import type { Query } from "./parameters.ts";

/** The version that a request names. @throws S3Error InvalidArgument for what can't be the id of one */
export function versionIdOf(query: Query): string | undefined {
  const versionId = query.get("versionId");
  if (versionId === undefined || /^[\w-]{1,64}$/.test(versionId)) return versionId;
  throw new S3Error("InvalidArgument", "Invalid version id specified", {
    details: { ArgumentName: "versionId", ArgumentValue: versionId },
  });
}

/** The object, or the version of it, that a reader asks for. @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed */
export async function existing(
  store: ObjectStore,
  place: Place,
  versionId: string | undefined,
): Promise<StoredVersion> {
  const found = await store.objects.find(place, versionId);
  const details = { Key: place.key, ...(versionId !== undefined && { VersionId: versionId }) };
  switch (found.kind) {
    case "object":
      return found.object;
    case "marker": {
      const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": found.versionId };
      if (versionId === undefined) {
        throw new S3Error("NoSuchKey", "The specified key does not exist.", { details, headers });
      }
      throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.", {
        details,
        headers: { ...headers, allow: "DELETE", "last-modified": new Date(found.lastModified).toUTCString() },
      });
    }
    case "none":
      if (versionId === undefined)
        throw new S3Error("NoSuchKey", "The specified key does not exist.", { details });
      throw new S3Error("NoSuchVersion", "The specified version does not exist.", { details });
  }
}
