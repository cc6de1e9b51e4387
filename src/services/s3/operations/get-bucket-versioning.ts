import type { S3Operation } from "../operation.ts";
import { answer, optional } from "../xml/write.ts";

/** Also open to jobs that read from the bucket: a source action looks whether it is versioned (P1.15). */
export const getBucketVersioning: S3Operation = {
  name: "GetBucketVersioning",
  method: "GET",
  query: { versioning: true },
  about: "bucket",
  permission: "s3:GetBucketVersioning",
  openToReaders: true,
  async handle({ bucket }) {
    const status = bucket.versioning === "Unversioned" ? undefined : bucket.versioning;
    return { status: 200, body: answer("VersioningConfiguration", [optional("Status", status)]) };
  },
};
