import type { S3Operation } from "../operation.ts";

export const headBucket: S3Operation = {
  name: "HeadBucket",
  method: "HEAD",
  about: "bucket",
  permission: "s3:ListBucket",
  async handle({ bucket }) {
    return { status: 200, headers: { "x-amz-bucket-region": bucket.region } };
  },
};
