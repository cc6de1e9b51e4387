import type { ObjectAttributes } from "../../../core/artifacts/index.ts";
import { attributesOf, encryptionHeaders } from "../attributes.ts";
import { writeConditions } from "../conditions.ts";
import { type CopySource, copiedContent, copySource } from "../copy-source.ts";
import { S3Error } from "../error.ts";
import type { ObjectCall, S3Operation } from "../operation.ts";
import { checksumElements, etag, timestamp } from "../shapes.ts";
import { answer, element } from "../xml/write.ts";

/** Copies an object's bytes, with its metadata or with new ones. Starts what it starts (S8.1). */
export const copyObject: S3Operation = {
  name: "CopyObject",
  method: "PUT",
  header: "x-amz-copy-source",
  about: "object",
  permission: "s3:PutObject",
  needs: "write",
  async handle(call) {
    const { store, written, bucket, key, headers } = call;
    const source = await copySource(call);
    const attributes = copiedAttributes(call, source);
    const conditions = writeConditions(headers);
    const content = await copiedContent(call, source.object);
    const options = { written, ...(conditions && { conditions }) };
    const object = await store.objects.put({ bucket: bucket.name, key }, attributes, content, options);
    return {
      status: 200,
      headers: {
        "x-amz-version-id": object.versionId,
        "x-amz-copy-source-version-id": source.object.versionId,
        ...encryptionHeaders(object),
      },
      body: answer("CopyObjectResult", [
        element("LastModified", timestamp(object.lastModified)),
        etag(object.etag),
        ...checksumElements(object.checksum),
      ]),
    };
  },
};

/** Encryption and storage class are always the request's; the rest is the source's unless replaced. */
function copiedAttributes(
  { bucket, key, headers }: ObjectCall,
  { object, versioned }: CopySource,
): ObjectAttributes {
  const directive = headers.get("x-amz-metadata-directive") ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw new S3Error("InvalidArgument", `Unknown metadata directive: '${directive}'; give COPY or REPLACE.`);
  }
  if ((headers.get("x-amz-tagging-directive") ?? "COPY") !== "COPY") {
    throw new S3Error("NotImplemented", "Object tags are not implemented.");
  }
  const given = attributesOf(headers);
  if (directive === "REPLACE") return given;
  const own = Object.entries(given.headers).filter(([name]) => name.startsWith("x-amz-"));
  if (object.bucket === bucket.name && object.key === key && !versioned && own.length === 0) {
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const kept = Object.entries(object.headers).filter(([name]) => !name.startsWith("x-amz-"));
  return { headers: Object.fromEntries([...kept, ...own]), metadata: object.metadata };
}
