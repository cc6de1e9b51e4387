import type { S3Operation } from "../operation.ts";

/** Deletes an empty bucket; uploads that weren't completed go with it. */
export const deleteBucket: S3Operation = {
  name: "DeleteBucket",
  method: "DELETE",
  about: "bucket",
  permission: "s3:DeleteBucket",
  async handle({ store, bucket }) {
    await store.buckets.delete(bucket.name);
    return { status: 204 };
  },
};
