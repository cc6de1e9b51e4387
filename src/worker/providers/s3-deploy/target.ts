/** Where a deployment goes, by the action's configuration (P6.1, P6.4). */
import type { ObjectCannedACL } from "@aws-sdk/client-s3";
import type { Job } from "../../protocol.ts";
import { ProviderError } from "../../provider.ts";
import { expandObjectKey, keyPrefix } from "./keys.ts";
import type { ObjectSettings } from "./upload.ts";

export const CANNED_ACLS = [
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
] as const satisfies readonly ObjectCannedACL[];

export interface Target {
  readonly bucket: string;
  readonly extract: boolean;
  /** The object's key, or the prefix of all keys when the artifact is extracted. */
  readonly key: string;
  readonly settings: ObjectSettings;
}

/** @throws ProviderError when there is no key for the artifact as a whole */
export function targetOf({ configuration, actionStartedAt, pipeline: { actionExecutionId } }: Job): Target {
  const { BucketName = "", Extract = "", ObjectKey = "", CannedACL, CacheControl } = configuration;
  const extract = Extract.toLowerCase() === "true";
  const expanded = expandObjectKey(ObjectKey, { actionStartedAt, actionExecutionId });
  const key = extract ? keyPrefix(expanded) : expanded;
  if (!extract && key === "") {
    throw new ProviderError("ConfigurationError", "ObjectKey is required when Extract is false");
  }
  const kmsKey = configuration.KMSEncryptionKeyARN;
  const acl = CANNED_ACLS.find((name) => name === CannedACL?.toLowerCase());
  return {
    bucket: BucketName,
    extract,
    key,
    settings: {
      ...(CacheControl && { CacheControl }),
      ...(acl !== undefined && { ACL: acl }),
      ...(kmsKey && { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKey }),
    },
  };
}
