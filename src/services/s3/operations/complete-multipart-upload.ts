import type { ChecksumAlgorithm, PartChoice } from "../../../core/artifacts/index.ts";
import { encryptionHeaders } from "../attributes.ts";
import { checksumAlgorithms, checksumOfHeaders } from "../body/checksums.ts";
import { etagsOf, writeConditions } from "../conditions.ts";
import { S3Error } from "../error.ts";
import type { S3Operation } from "../operation.ts";
import type { Headers } from "../parameters.ts";
import { checksumElements, etag } from "../shapes.ts";
import { uploadOf } from "../uploading.ts";
import { malformed, type XmlNode } from "../xml/node.ts";
import { answer, element } from "../xml/write.ts";

/** Makes one object of the parts. Starts what it starts (S8.1). */
export const completeMultipartUpload: S3Operation = {
  name: "CompleteMultipartUpload",
  method: "POST",
  query: { uploadId: true },
  about: "object",
  permission: "s3:PutObject",
  needs: "write",
  async handle(call) {
    const { store, written, bucket, key, headers, body, baseUrl } = call;
    const upload = await uploadOf(call);
    const parts = (await body.xml("CompleteMultipartUpload", "the object")).children("Part").map(choiceOf);
    if (parts.length === 0) throw malformed("at least one Part is needed");
    const conditions = writeConditions(headers);
    const checksum = checksumOfHeaders(headers);
    const size = sizeOf(headers);
    const object = await store.uploads.complete(upload, parts, {
      written,
      ...(conditions && { conditions }),
      ...(checksum && { checksum }),
      ...(size !== undefined && { size }),
    });
    return {
      status: 200,
      headers: { "x-amz-version-id": object.versionId, ...encryptionHeaders(object) },
      body: answer("CompleteMultipartUploadResult", [
        element("Location", `${baseUrl}/${bucket.name}/${key.split("/").map(encodeURIComponent).join("/")}`),
        element("Bucket", bucket.name),
        element("Key", key),
        etag(object.etag),
        ...checksumElements(object.checksum),
      ]),
    };
  },
};

function choiceOf(node: XmlNode): PartChoice {
  const number = node.text("PartNumber") ?? "";
  const [tag] = etagsOf(node.text("ETag") ?? "");
  if (!/^\d{1,5}$/.test(number) || !tag) throw malformed("every Part needs a PartNumber and an ETag");
  const checksum = checksumAlgorithms
    .map((algorithm: ChecksumAlgorithm) => ({ algorithm, value: node.text(`Checksum${algorithm}`) }))
    .find((given): given is { algorithm: ChecksumAlgorithm; value: string } => given.value !== undefined);
  return { number: Number(number), etag: tag, ...(checksum && { checksum }) };
}

function sizeOf(headers: Headers): number | undefined {
  const text = headers.get("x-amz-mp-object-size");
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) {
    throw new S3Error("InvalidArgument", `x-amz-mp-object-size is '${text}'; it must be a number of bytes.`);
  }
  return Number(text);
}
