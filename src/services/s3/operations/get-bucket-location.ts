import type { S3Operation } from "../operation.ts";
import { answer } from "../xml/write.ts";

/** The bucket's region; empty means us-east-1, as on AWS. */
export const getBucketLocation: S3Operation = {
  name: "GetBucketLocation",
  method: "GET",
  query: { location: true },
  about: "bucket",
  permission: "s3:GetBucketLocation",
  async handle({ bucket }) {
    return {
      status: 200,
      body: answer("LocationConstraint", bucket.region === "us-east-1" ? "" : bucket.region),
    };
  },
};
