/** Source/S3: delivers a version of an object (P1.15 to P1.19). */
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { Job } from "../protocol.ts";
import { type Outcome, type Provider, ProviderError, type Tools } from "../provider.ts";
import { withRetries } from "../retry.ts";
import { isDenied, isMissing, isTransient, s3Status } from "../s3-errors.ts";
import { declare, exactly, optional, required } from "./declare.ts";
import { onlyOutput } from "./job-artifacts.ts";

const SUMMARY_KEY = "codepipeline-artifact-revision-summary";
const MAX_BYTES = 5 * 1024 ** 3;

export const s3Source: Provider = {
  declaration: declare({
    category: "Source",
    provider: "S3",
    outputs: exactly(1),
    properties: [
      ...required("S3Bucket S3ObjectKey"),
      ...optional("PollForSourceChanges AllowOverrideForS3ObjectKey"),
    ],
    outputVariables: ["BucketName", "ETag", "ObjectKey", "VersionId"],
  }),

  async run(job, tools): Promise<Outcome> {
    const wanted = wantedVersion(job);
    const service = { service: "Amazon S3", signal: tools.signal, isTransient };
    const s3 = await tools.artifacts.s3();
    try {
      const found = await withRetries(() => find(s3, wanted, tools), service);
      const { bucket, key } = wanted;
      tools.log.system(`[Millrace] delivering version ${found.versionId} of s3://${bucket}/${key}`);
      await withRetries(() => copy(s3, { ...wanted, versionId: found.versionId }, job, tools), service);
      return outcome(wanted, found);
    } catch (error) {
      throw asProviderError(error, wanted);
    }
  },
};

interface Wanted {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the newest. */
  readonly versionId?: string;
}

interface Found {
  readonly versionId: string;
  readonly etag: string;
  readonly lastModified: Date | undefined;
  readonly summary: string | undefined;
}

/** Overrides of this execution come before the configuration (P1.18). */
function wantedVersion({ configuration, sourceRevision }: Job): Wanted {
  return {
    bucket: configuration.S3Bucket ?? "",
    key: sourceRevision?.objectKey ?? configuration.S3ObjectKey ?? "",
    versionId: sourceRevision?.revisionId,
  };
}

async function find(s3: S3Client, { bucket, key, versionId }: Wanted, { signal }: Tools): Promise<Found> {
  const { GetBucketVersioningCommand, HeadObjectCommand } = await import("@aws-sdk/client-s3");
  const abortSignal = signal;
  const versioning = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }), { abortSignal });
  if (versioning.Status !== "Enabled") {
    throw notVersioned(bucket);
  }
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }), {
    abortSignal,
  });
  if ((head.ContentLength ?? 0) > MAX_BYTES) {
    throw new ProviderError(
      "ConfigurationError",
      `The object with key '${key}' in the S3 bucket ${bucket} is larger than the limit of 5 GiB for source artifacts.`,
    );
  }
  return describe(head, bucket);
}

function describe(head: HeadObjectCommandOutput, bucket: string): Found {
  if (head.VersionId === undefined) {
    throw notVersioned(bucket);
  }
  return {
    versionId: head.VersionId,
    etag: (head.ETag ?? "").replaceAll('"', ""),
    lastModified: head.LastModified,
    summary: head.Metadata?.[SUMMARY_KEY],
  };
}

/** The store copies it byte for byte; nothing of it passes through here (P1.16). */
async function copy(s3: S3Client, from: Wanted, job: Job, { signal }: Tools): Promise<void> {
  const { CopyObjectCommand } = await import("@aws-sdk/client-s3");
  const output = onlyOutput(job);
  const source = `${from.bucket}/${from.key.split("/").map(encodeURIComponent).join("/")}`;
  await s3.send(
    new CopyObjectCommand({
      Bucket: output.bucket,
      Key: output.key,
      CopySource: `${source}?versionId=${encodeURIComponent(from.versionId ?? "")}`,
      MetadataDirective: "REPLACE",
      ContentType: "application/zip",
    }),
    { abortSignal: signal },
  );
}

function outcome({ bucket, key }: Wanted, { versionId, etag, lastModified, summary }: Found): Outcome {
  return {
    kind: "done",
    currentRevision: {
      revision: versionId,
      changeIdentifier: versionId,
      ...(lastModified !== undefined && { created: lastModified.getTime() }),
      revisionSummary: summary ?? `Amazon S3 version id: ${versionId}`,
    },
    outputVariables: { BucketName: bucket, ETag: etag, ObjectKey: key, VersionId: versionId },
  };
}

function notVersioned(bucket: string): ProviderError {
  return new ProviderError(
    "ConfigurationError",
    `The S3 bucket ${bucket} does not have versioning enabled, or versioning is suspended. Enable versioning on the bucket, and then try again.`,
  );
}

function asProviderError(error: unknown, { bucket, key, versionId }: Wanted): unknown {
  if (isDenied(error)) {
    return new ProviderError(
      "PermissionError",
      `The service role or action role doesn’t have the permissions required to access the Amazon S3 bucket named ${bucket}. Update the IAM role permissions, and then try again. Error: Amazon S3:AccessDenied:Access Denied`,
    );
  }
  // A delete marker answers 405 when it is asked for by its own version id.
  const gone = isMissing(error) || s3Status(error) === 405;
  if (gone && versionId !== undefined) {
    return new ProviderError(
      "RevisionUnavailable",
      `Version ${versionId} of the object with key '${key}' is no longer in the S3 bucket ${bucket}.`,
    );
  }
  return gone
    ? new ProviderError(
        "ConfigurationError",
        `The object with key '${key}' could not be found in the S3 bucket ${bucket}.`,
      )
    : error;
}
