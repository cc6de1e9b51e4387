import type { Address } from "../address.ts";
import type { Query } from "../parameters.ts";

/** Sub-resources of buckets that aren't here, by their parameter; the operation is called Get, Put or Delete of these. */
const ofBuckets: Readonly<Record<string, string>> = {
  accelerate: "BucketAccelerateConfiguration",
  acl: "BucketAcl",
  analytics: "BucketAnalyticsConfiguration",
  cors: "BucketCors",
  encryption: "BucketEncryption",
  "intelligent-tiering": "BucketIntelligentTieringConfiguration",
  inventory: "BucketInventoryConfiguration",
  lifecycle: "BucketLifecycleConfiguration",
  logging: "BucketLogging",
  metrics: "BucketMetricsConfiguration",
  notification: "BucketNotificationConfiguration",
  "object-lock": "ObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  policyStatus: "BucketPolicyStatus",
  publicAccessBlock: "PublicAccessBlock",
  replication: "BucketReplication",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  website: "BucketWebsite",
};

const ofObjects: Readonly<Record<string, string>> = {
  acl: "ObjectAcl",
  attributes: "ObjectAttributes",
  "legal-hold": "ObjectLegalHold",
  retention: "ObjectRetention",
  tagging: "ObjectTagging",
  torrent: "ObjectTorrent",
};

/** Others, by method and parameter. */
const others: Readonly<Record<string, string>> = {
  "POST restore": "RestoreObject",
  "POST select": "SelectObjectContent",
  "PUT renameObject": "RenameObject",
  "GET session": "CreateSession",
};

const verbs: Readonly<Record<string, string>> = { GET: "Get", HEAD: "Get", PUT: "Put", DELETE: "Delete" };

/** The name of an operation of S3 that a request asks for and this server hasn't got. */
export function notImplemented(method: string, address: Address["kind"], query: Query): string | undefined {
  const resources = address === "bucket" ? ofBuckets : address === "object" ? ofObjects : {};
  const verb = verbs[method];
  for (const name of query.names()) {
    if (verb !== undefined && Object.hasOwn(resources, name)) return `${verb}${resources[name]}`;
    const other = `${method} ${name}`;
    if (Object.hasOwn(others, other)) return others[other];
  }
  return method === "POST" && address === "bucket" && !query.has("delete") ? "PostObject" : undefined;
}
