/** Puts one file into a bucket as a whole object or not at all. */
import { createReadStream } from "node:fs";
import type { ObjectCannedACL, S3Client } from "@aws-sdk/client-s3";
import { withRetries } from "../../retry.ts";
import { isTransient } from "../../s3-errors.ts";

/** Headers of every object of a deployment (P6.4). */
export interface ObjectSettings {
  readonly CacheControl?: string;
  readonly ACL?: ObjectCannedACL;
  readonly ServerSideEncryption?: "aws:kms";
  readonly SSEKMSKeyId?: string;
}

export interface Upload {
  readonly file: string;
  readonly bytes: number;
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly settings: ObjectSettings;
}

/** Larger files go up in parts of this size (P6.5). */
const PART_BYTES = 64 * 1024 * 1024;

/** Every call is repeatable: each try reads its part of the file anew. */
export async function putFile(s3: S3Client, upload: Upload, signal: AbortSignal): Promise<void> {
  const retry = <T>(attempt: () => Promise<T>) =>
    withRetries(attempt, { service: "Amazon S3", signal, isTransient });
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const { file, bytes, bucket, key, contentType, settings } = upload;
  if (bytes > PART_BYTES) {
    await putInParts(s3, upload, signal, retry);
    return;
  }
  await retry(() =>
    s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: createReadStream(file),
        ContentLength: bytes,
        ContentType: contentType,
        ...settings,
      }),
      { abortSignal: signal },
    ),
  );
}

async function putInParts(
  s3: S3Client,
  { file, bytes, bucket, key, contentType, settings }: Upload,
  signal: AbortSignal,
  retry: <T>(attempt: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const sdk = await import("@aws-sdk/client-s3");
  const object = { Bucket: bucket, Key: key };
  const started = await retry(() =>
    s3.send(new sdk.CreateMultipartUploadCommand({ ...object, ContentType: contentType, ...settings }), {
      abortSignal: signal,
    }),
  );
  const upload = { ...object, UploadId: started.UploadId };
  try {
    const parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let start = 0; start < bytes; start += PART_BYTES) {
      const end = Math.min(start + PART_BYTES, bytes);
      const PartNumber = parts.length + 1;
      const part = await retry(() =>
        s3.send(
          new sdk.UploadPartCommand({
            ...upload,
            PartNumber,
            Body: createReadStream(file, { start, end: end - 1 }),
            ContentLength: end - start,
          }),
          { abortSignal: signal },
        ),
      );
      parts.push({ ...part, PartNumber, ETag: part.ETag });
    }
    await retry(() =>
      s3.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }), {
        abortSignal: signal,
      }),
    );
  } catch (error) {
    // Also when the job was cancelled: parts that nobody completes would stay for ever.
    await s3.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}
