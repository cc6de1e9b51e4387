import { type Deletion, ObjectError } from "../../../core/artifacts/index.ts";
import { etagsOf } from "../conditions.ts";
import type { S3Operation } from "../operation.ts";
import { malformed, type XmlNode } from "../xml/read.ts";
import { answer, element, optional } from "../xml/write.ts";

const mostKeys = 1000;

/** Up to 1,000 keys or versions at once; all that can be deleted are, and the others are told of one by one. */
export const deleteObjects: S3Operation = {
  name: "DeleteObjects",
  method: "POST",
  query: { delete: true },
  about: "bucket",
  async handle({ store, bucket, body }) {
    const request = await body.xml("Delete");
    const deletions = request.children("Object").map(deletionOf);
    if (deletions.length === 0 || deletions.length > mostKeys)
      throw malformed(`1 to ${mostKeys} Objects are expected`);
    const quiet = request.text("Quiet") === "true";
    const results = await store.objects.delete(bucket.name, deletions);
    const told = deletions.map(({ key, versionId }, index) => {
      const result = results[index];
      if (result instanceof ObjectError) {
        return element("Error", [
          element("Key", key),
          optional("VersionId", versionId),
          element("Code", result.code),
          element("Message", result.message),
        ]);
      }
      if (quiet || result === undefined) return undefined;
      return element("Deleted", [
        element("Key", key),
        optional("VersionId", versionId),
        optional("DeleteMarker", result.marker || undefined),
        optional("DeleteMarkerVersionId", result.marker ? result.versionId : undefined),
      ]);
    });
    return { status: 200, body: answer("DeleteResult", told) };
  },
};

function deletionOf(node: XmlNode): Deletion {
  const key = node.text("Key");
  const versionId = node.text("VersionId");
  const match = node.text("ETag");
  if (!key) throw malformed("every Object needs a Key");
  return { key, ...(versionId && { versionId }), ...(match && { ifMatch: etagsOf(match) }) };
}
