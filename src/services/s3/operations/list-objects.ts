import { objectEntry } from "../entries.ts";
import { commonPrefixes, listParameters, marker } from "../listing.ts";
import type { S3Operation } from "../operation.ts";
import { answer, element, optional } from "../xml/write.ts";

/** The first version of the listing, which pages by keys. */
export const listObjects: S3Operation = {
  name: "ListObjects",
  method: "GET",
  about: "bucket",
  permission: "s3:ListBucket",
  async handle({ store, bucket, query }) {
    const parameters = listParameters(query, "max-keys");
    const { prefix, delimiter, limit, encode } = parameters;
    const after = marker(query, "marker");
    const page = await store.objects.list(bucket.name, { ...parameters, ...(after && { after }) });
    const next = page.next && ("prefix" in page.next ? page.next.prefix : page.next.item.key);
    const body = answer("ListBucketResult", [
      element("Name", bucket.name),
      element("Prefix", encode(prefix)),
      element("Marker", encode(after ?? "")),
      optional("NextMarker", delimiter && next && encode(next)),
      element("MaxKeys", limit),
      optional("Delimiter", delimiter && encode(delimiter)),
      optional("EncodingType", parameters.encodingType),
      element("IsTruncated", next !== undefined),
      ...page.items.map((object) => objectEntry(object, parameters, bucket.account)),
      ...commonPrefixes(page.prefixes, parameters),
    ]);
    return { status: 200, body };
  },
};
