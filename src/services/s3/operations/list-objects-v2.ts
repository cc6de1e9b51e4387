import { objectEntry } from "../entries.ts";
import { S3Error } from "../error.ts";
import { commonPrefixes, listParameters, marker } from "../listing.ts";
import type { S3Operation } from "../operation.ts";
import { answer, element, optional } from "../xml/write.ts";

/** @throws S3Error InvalidArgument */
export const listObjectsV2: S3Operation = {
  name: "ListObjectsV2",
  method: "GET",
  query: { "list-type": "2" },
  about: "bucket",
  permission: "s3:ListBucket",
  async handle({ store, bucket, query }) {
    const parameters = listParameters(query, "max-keys");
    const { prefix, delimiter, limit, encode } = parameters;
    const token = query.get("continuation-token");
    const startAfter = marker(query, "start-after");
    const after = token === undefined ? startAfter : openToken(token);
    const page = await store.objects.list(bucket.name, { ...parameters, ...(after && { after }) });
    const next = page.next && ("prefix" in page.next ? page.next.prefix : page.next.item.key);
    const account = query.get("fetch-owner") === "true" ? bucket.account : undefined;
    const body = answer("ListBucketResult", [
      element("Name", bucket.name),
      element("Prefix", encode(prefix)),
      optional("ContinuationToken", token),
      optional("NextContinuationToken", next && tokenOf(next)),
      optional("StartAfter", startAfter && encode(startAfter)),
      element("KeyCount", page.items.length + page.prefixes.length),
      element("MaxKeys", limit),
      optional("Delimiter", delimiter && encode(delimiter)),
      optional("EncodingType", parameters.encodingType),
      element("IsTruncated", next !== undefined),
      ...page.items.map((object) => objectEntry(object, parameters, account)),
      ...commonPrefixes(page.prefixes, parameters),
    ]);
    return { status: 200, body };
  },
};

/** Where a page ended. It opens nothing that `start-after` doesn't, so it needs no seal. */
function tokenOf(last: string): string {
  return Buffer.from(last).toString("base64url");
}

function openToken(token: string): string {
  const last = Buffer.from(token, "base64url").toString();
  if (last === "" || last.includes("\0") || tokenOf(last) !== token) {
    throw new S3Error("InvalidArgument", "The continuation token provided is incorrect", {
      details: { ArgumentName: "continuation-token", ArgumentValue: token },
    });
  }
  return last;
}
