/** Deploy/S3: an artifact's files, or the artifact as it is, into a bucket (P6.1 to P6.6). */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ObjectCannedACL, S3Client } from "@aws-sdk/client-s3";
import { zipEntries } from "../../archive/index.ts";
import { readCloneReference } from "../../git/clone-reference.ts";
import type { Job, JobArtifact } from "../../protocol.ts";
import { type Outcome, type Provider, ProviderError, type Tools } from "../../provider.ts";
import { isDenied, s3ErrorName } from "../../s3-errors.ts";
import { declare, exactly, optional, required } from "../declare.ts";
import { onlyInput } from "../job-artifacts.ts";
import { contentType } from "./content-type.ts";
import { expandObjectKey, keyPrefix } from "./keys.ts";
import { inWaves } from "./order.ts";
import { type ObjectSettings, putFile } from "./upload.ts";

const CANNED_ACLS = [
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
] as const satisfies readonly ObjectCannedACL[];

const UPLOADS_AT_ONCE = 16;

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

  async run(job, tools): Promise<Outcome> {
    const target = targetOf(job);
    const input = onlyInput(job);
    const zip = join(tools.workDir, "input.zip");
    const { etag, bytes } = await tools.artifacts.download(input, zip);
    const files = target.extract
      ? await spool(zip, input, target, tools)
      : [{ path: target.key, key: target.key, contentType: "application/zip", file: zip, bytes }];
    await putAll(files, target, tools);
    const total = files.reduce((sum, file) => sum + file.bytes, 0);
    return {
      kind: "done",
      summary: `Deployed ${files.length} files (${total} bytes) to s3://${target.bucket}/${target.key}`,
      externalExecutionId: etag,
    };
  },
};

interface Target {
  readonly bucket: string;
  readonly extract: boolean;
  /** The object's key, or the prefix of all keys when the artifact is extracted. */
  readonly key: string;
  readonly settings: ObjectSettings;
}

interface DeployedFile {
  readonly path: string;
  readonly key: string;
  readonly contentType: string;
  /** Where its contents are here. */
  readonly file: string;
  readonly bytes: number;
}

function targetOf({ configuration, actionStartedAt, pipeline: { actionExecutionId } }: Job): Target {
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

/** Unpacks file by file, under names of ours: the file system's own rules for names don't matter here. */
async function spool(
  zip: string,
  input: JobArtifact,
  { key }: Target,
  { workDir, signal }: Tools,
): Promise<readonly DeployedFile[]> {
  if ((await readCloneReference(zip)) !== undefined) {
    throw new ProviderError(
      "ConfigurationError",
      `Input artifact ${input.name} is a full clone reference, which only CodeBuild and Commands actions can use.`,
    );
  }
  const folder = join(workDir, "files");
  await mkdir(folder);
  const files: DeployedFile[] = [];
  for await (const entry of zipEntries(zip, input.name)) {
    const file = join(folder, String(files.length));
    await pipeline(await entry.open(), createWriteStream(file), { signal });
    files.push({
      path: entry.path,
      key: key + entry.path,
      contentType: contentType(entry.path),
      file,
      bytes: entry.size,
    });
  }
  return files;
}

async function putAll(files: readonly DeployedFile[], target: Target, tools: Tools): Promise<void> {
  const s3 = await tools.artifacts.s3();
  let done = 0;
  try {
    for (const wave of inWaves(files)) {
      await putWave(s3, wave, target, tools.signal, () => {
        done++;
      });
    }
  } catch (error) {
    throw asProviderError(error, target, done, files.length);
  }
}

/** Ends when all its uploads have ended, also when one failed: the job's folder is removed after that. */
async function putWave(
  s3: S3Client,
  files: readonly DeployedFile[],
  { bucket, settings }: Target,
  signal: AbortSignal,
  onDone: () => void,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const queue = files.values();
  const uploads = Array.from({ length: Math.min(UPLOADS_AT_ONCE, files.length) }, async () => {
    for (const { file, bytes, key, contentType } of queue) {
      either.throwIfAborted();
      await putFile(s3, { file, bytes, bucket, key, contentType, settings }, either);
      onDone();
    }
  });
  const first = Promise.all(uploads).catch((error: unknown) => {
    failed.abort();
    throw error;
  });
  await Promise.allSettled([first, ...uploads]);
  await first;
}

function asProviderError(error: unknown, { bucket, key }: Target, done: number, all: number): unknown {
  if (s3ErrorName(error) === "NoSuchBucket") {
    return new ProviderError("ConfigurationError", `The S3 bucket ${bucket} could not be found`);
  }
  if (isDenied(error)) {
    return new ProviderError(
      "PermissionError",
      `Unable to access the S3 bucket ${bucket}. The provided role does not have sufficient permissions.`,
    );
  }
  if (error instanceof Error && done > 0) {
    return new ProviderError(
      "JobFailed",
      `${done} of ${all} files were deployed to s3://${bucket}/${key} before it failed: ${error.message}`,
    );
  }
  return error;
}
