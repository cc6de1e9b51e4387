import { S3Error } from "../error.ts";
import type { S3Operation } from "../operation.ts";
import { malformed } from "../xml/node.ts";

/** @throws S3Error MalformedXML, NotImplemented (MFA delete) */
export const putBucketVersioning: S3Operation = {
  name: "PutBucketVersioning",
  method: "PUT",
  query: { versioning: true },
  about: "bucket",
  permission: "s3:PutBucketVersioning",
  async handle({ store, bucket, body }) {
    const configuration = await body.xml("VersioningConfiguration");
    const status = configuration.text("Status");
    if (status !== "Enabled" && status !== "Suspended")
      throw malformed("Status must be Enabled or Suspended");
    if (configuration.text("MfaDelete") === "Enabled") {
      throw new S3Error("NotImplemented", "MFA delete is not implemented.");
    }
    await store.buckets.setVersioning(bucket.name, status);
    return { status: 200 };
  },
};
