import type { S3Operation } from "../operation.ts";
import { owner, timestamp } from "../shapes.ts";
import { answer, element } from "../xml/write.ts";

/** The buckets of the caller's account, in all regions. */
export const listBuckets: S3Operation = {
  name: "ListBuckets",
  method: "GET",
  about: "service",
  permission: "s3:ListAllMyBuckets",
  async handle({ store, scope }) {
    const buckets = await store.buckets.list(scope.account);
    const listed = buckets.map(({ name, created, region }) =>
      element("Bucket", [
        element("Name", name),
        element("CreationDate", timestamp(created)),
        element("BucketRegion", region),
      ]),
    );
    const body = answer("ListAllMyBucketsResult", [owner(scope.account), element("Buckets", listed)]);
    return { status: 200, body };
  },
};
