import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { ImportProblem } from "../problem.ts";
import type { Desired } from "../resources/desired.ts";
import { diff } from "./diff.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";

export async function planBucket(
  { name, region, versioned }: Extract<Desired, { kind: "bucket" }>,
  { s3 }: Region,
): Promise<Step> {
  const exists = await isThere(s3, name);
  const before = exists ? await versioning(s3, name) : undefined;
  const shared = { kind: "bucket", name, region, notes: [] } as const;
  const after = versioned === undefined ? (before ?? "Never") : versioned ? "Enabled" : "Suspended";
  const keepsVersions = async () => {
    if (versioned === undefined) return;
    const Status = versioned ? "Enabled" : "Suspended";
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status } }));
  };
  if (!exists)
    return {
      ...shared,
      action: "create",
      changes: diff(undefined, { versioning: after }),
      async apply() {
        await s3.send(new CreateBucketCommand({ Bucket: name }));
        await keepsVersions();
      },
    };
  // A bucket that never kept versions is as good as one that no longer does.
  const same = before === after || (before === "Never" && after === "Suspended");
  const changes = same ? [] : diff({ versioning: before }, { versioning: after });
  return { ...shared, action: changes.length > 0 ? "update" : "keep", changes, apply: keepsVersions };
}

async function versioning(s3: Region["s3"], name: string): Promise<string> {
  return (await s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status ?? "Never";
}

async function isThere(s3: Region["s3"], name: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name }));
    return true;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    const status = error.$metadata.httpStatusCode;
    if (status === 404) return false;
    if (status === 403) throw new ImportProblem(`the bucket name ${name} belongs to another account`);
    throw error;
  }
}
