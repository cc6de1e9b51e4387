import { AccessError } from "../../../core/access/types.ts";
import { type Deletion, ObjectError } from "../../../core/artifacts/index.ts";
import { objectArn } from "../authorize.ts";
import { etagsOf } from "../conditions.ts";
import { S3Error } from "../error.ts";
import type { BucketCall, S3Operation } from "../operation.ts";
import { malformed, type XmlNode } from "../xml/node.ts";
import { answer, element, optional } from "../xml/write.ts";

const mostKeys = 1000;

/** Up to 1,000 keys or versions at once; all that can be deleted are, and the others are told of one by one. */
export const deleteObjects: S3Operation = {
  name: "DeleteObjects",
  method: "POST",
  query: { delete: true },
  about: "bucket",
  permission: "each object",
  async handle(call) {
    const { body } = call;
    const request = await body.xml("Delete");
    const deletions = request.children("Object").map(deletionOf);
    if (deletions.length === 0 || deletions.length > mostKeys)
      throw malformed(`1 to ${mostKeys} Objects are expected`);
    const quiet = request.text("Quiet") === "true";
    const results = await deleteAllowed(call, deletions);
    const told = deletions.map((deletion) => {
      const { key, versionId } = deletion;
      const result = results.get(deletion);
      if (result instanceof ObjectError || result instanceof S3Error) {
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

/** What came of each deletion; of those that the caller's policy doesn't allow, the refusal. */
async function deleteAllowed(call: BucketCall, deletions: readonly Deletion[]) {
  const { store, bucket } = call;
  const refused = new Map<Deletion, S3Error>();
  for (const deletion of deletions) {
    const permission = deletion.versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
    try {
      await call.authorize(permission, objectArn({ bucket: bucket.name, key: deletion.key }));
    } catch (error) {
      if (!(error instanceof AccessError)) throw error;
      refused.set(deletion, new S3Error("AccessDenied", error.message));
    }
  }
  const allowed = deletions.filter((deletion) => !refused.has(deletion));
  const results = allowed.length === 0 ? [] : await store.objects.delete(bucket.name, allowed);
  return new Map<Deletion, (typeof results)[number] | S3Error>([
    ...refused,
    ...allowed.flatMap((deletion, index) => {
      const result = results[index];
      return result === undefined ? [] : [[deletion, result] as const];
    }),
  ]);
}

function deletionOf(node: XmlNode): Deletion {
  const key = node.text("Key");
  const versionId = node.text("VersionId");
  const match = node.text("ETag");
  if (!key) throw malformed("every Object needs a Key");
  return { key, ...(versionId && { versionId }), ...(match && { ifMatch: etagsOf(match) }) };
}
