import { versionEntry } from "../entries.ts";
import { S3Error } from "../error.ts";
import { commonPrefixes, listParameters, marker } from "../listing.ts";
import type { S3Operation } from "../operation.ts";
import { answer, element, optional } from "../xml/write.ts";

/** @throws S3Error InvalidArgument */
export const listObjectVersions: S3Operation = {
  name: "ListObjectVersions",
  method: "GET",
  query: { versions: true },
  about: "bucket",
  permission: "s3:ListBucketVersions",
  async handle({ store, bucket, query }) {
    const parameters = listParameters(query, "max-keys");
    const { prefix, delimiter, limit, encode } = parameters;
    const after = marker(query, "key-marker");
    const afterVersion = marker(query, "version-id-marker");
    if (afterVersion !== undefined && after === undefined) {
      throw new S3Error("InvalidArgument", "A version-id marker cannot be specified without a key marker.", {
        details: { ArgumentName: "version-id-marker", ArgumentValue: afterVersion },
      });
    }
    const page = await store.objects.listVersions(bucket.name, {
      ...parameters,
      ...(after && { after }),
      ...(afterVersion && { afterVersion }),
    });
    const { next } = page;
    const nextKey = next && ("prefix" in next ? next.prefix : next.item.key);
    const body = answer("ListVersionsResult", [
      element("Name", bucket.name),
      element("Prefix", encode(prefix)),
      element("KeyMarker", encode(after ?? "")),
      element("VersionIdMarker", afterVersion ?? ""),
      optional("NextKeyMarker", nextKey && encode(nextKey)),
      optional("NextVersionIdMarker", next && "item" in next ? next.item.versionId : undefined),
      element("MaxKeys", limit),
      optional("Delimiter", delimiter && encode(delimiter)),
      optional("EncodingType", parameters.encodingType),
      element("IsTruncated", next !== undefined),
      ...page.items.map((version) => versionEntry(version, parameters, bucket.account)),
      ...commonPrefixes(page.prefixes, parameters),
    ]);
    return { status: 200, body };
  },
};
