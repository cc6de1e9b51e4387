/** Deploy/S3: an artifact's files, or the artifact as it is, into a bucket (P6.1 to P6.6). */
import type { Provider } from "../../provider.ts";
import { declare, exactly, optional, required } from "../declare.ts";
import { rolesCount } from "../roles-count.ts";
import { CANNED_ACLS } from "./target.ts";

export const s3Deploy: Provider = {
  declaration: declare({
    category: "Deploy",
    provider: "S3",
    inputs: exactly(1),
    properties: [
      ...required("BucketName"),
      { name: "Extract", required: true, allowed: ["true", "false"] },
      ...optional("ObjectKey KMSEncryptionKeyARN"),
      { name: "CannedACL", required: false, allowed: CANNED_ACLS },
      ...optional("CacheControl"),
    ],
    defaultTimeoutMinutes: 90,
  }),

  usesRole: rolesCount,

  // With its first job: what it works with would only fill an idle worker's memory.
  run: async (job, tools) => (await import("./deploy.ts")).deploy(job, tools),
};
