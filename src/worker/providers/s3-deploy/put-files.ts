/** Uploads the files of a deployment (P6.5, P6.6). */
import type { S3Client } from "@aws-sdk/client-s3";
import { ProviderError, type Tools } from "../../provider.ts";
import { isDenied, s3ErrorName } from "../../s3-errors.ts";
import { inWaves } from "./order.ts";
import type { Target } from "./target.ts";
import { putFile } from "./upload.ts";

const UPLOADS_AT_ONCE = 16;

export interface DeployedFile {
  readonly path: string;
  readonly key: string;
  readonly contentType: string;
  /** Where its contents are here. */
  readonly file: string;
  readonly bytes: number;
}

/** @throws ProviderError that says how many files are there when some already are */
export async function putFiles(files: readonly DeployedFile[], target: Target, tools: Tools): Promise<void> {
  const s3 = await tools.artifacts.s3();
  let done = 0;
  try {
    for (const wave of inWaves(files)) {
      await putWave(s3, wave, target, tools.signal, ({ key, bytes }) => {
        done++;
        tools.log.system(`[Millrace] uploaded s3://${target.bucket}/${key} (${bytes} bytes)`);
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
  onDone: (file: DeployedFile) => void,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const queue = files.values();
  const uploads = Array.from({ length: Math.min(UPLOADS_AT_ONCE, files.length) }, async () => {
    for (const next of queue) {
      const { file, bytes, key, contentType } = next;
      either.throwIfAborted();
      await putFile(s3, { file, bytes, bucket, key, contentType, settings }, either);
      onDone(next);
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
