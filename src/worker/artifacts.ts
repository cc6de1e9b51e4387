/** Moves artifacts between the store and the job's folder with the job's own credentials (P0.18, P0.19). */
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import type { ArtifactCredentials, Job, JobClient } from "./protocol.ts";
import { type ArtifactTransfer, ProviderError } from "./provider.ts";
import { withRetries } from "./retry.ts";
import { isDenied, isMissing, isTransient } from "./s3-errors.ts";

/** Credentials are good for 60 minutes; the S3 client asks for new ones 5 minutes before this is over. */
const CREDENTIALS_MS = 50 * 60_000;

/** How long the store may be silent in the middle of a transfer: it syncs large objects to disk before it answers. */
const SILENCE_MS = 120_000;

export interface JobArtifacts extends ArtifactTransfer {
  /** Ends the connections. */
  close(): void;
}

type Where = Pick<Job, "id" | "region" | "artifactEndpoint" | "artifactCredentials">;

/**
 * @param client asked for fresh credentials when those of the job are about to expire
 * @param signal ends every transfer: a half-sent object leaves nothing in the store
 */
export function createArtifactTransfer(
  job: Where,
  client: Pick<JobClient, "refresh">,
  signal: AbortSignal,
): JobArtifacts {
  let made: Promise<S3Client> | undefined;
  const s3 = () => {
    made ??= connect(job, client);
    return made;
  };
  const retry = <T>(attempt: () => Promise<T>) =>
    withRetries(attempt, { service: "Amazon S3", signal, isTransient });

  return {
    s3,

    async download(artifact, file) {
      const { GetObjectCommand } = await import("@aws-sdk/client-s3");
      const { name, bucket, key } = artifact;
      const client = await s3();
      return await retry(async () => {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
          abortSignal: signal,
        });
        if (!(answer.Body instanceof Readable)) {
          throw new Error(`s3://${bucket}/${key} came without a body`);
        }
        await pipeline(answer.Body, createWriteStream(file), { signal });
        const { size } = await stat(file);
        if (answer.ContentLength !== undefined && size !== answer.ContentLength) {
          throw new TruncatedError(`${size} of ${answer.ContentLength} bytes of s3://${bucket}/${key} came`);
        }
        return { etag: (answer.ETag ?? "").replaceAll('"', ""), bytes: size };
      }).catch((error: unknown) => {
        throw asInputError(error, name, `s3://${bucket}/${key}`);
      });
    },

    async upload(file, { bucket, key }, options = {}) {
      const { PutObjectCommand } = await import("@aws-sdk/client-s3");
      const client = await s3();
      const { size } = await stat(file);
      // The body is a stream, which can be sent only once: each try opens the file anew.
      await retry(() =>
        client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: createReadStream(file),
            ContentLength: size,
            ContentType: options.contentType ?? "application/zip",
            Metadata: options.metadata,
          }),
          { abortSignal: signal },
        ),
      ).catch((error: unknown) => {
        throw asOutputError(error, bucket, `s3://${bucket}/${key}`);
      });
    },

    close() {
      void made?.then(
        (client) => client.destroy(),
        () => undefined,
      );
    },
  };
}

class TruncatedError extends Error {
  readonly code = "ECONNRESET";
}

/** The client is loaded when a job first needs it: most of a worker's start would go into it. */
async function connect(job: Where, client: Pick<JobClient, "refresh">): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  let first: ArtifactCredentials | undefined = job.artifactCredentials;
  return new S3Client({
    endpoint: job.artifactEndpoint,
    region: job.region,
    forcePathStyle: true,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: SILENCE_MS },
    // One policy of retries, above: it also covers bodies, which the client's own can't repeat.
    maxAttempts: 1,
    // Without one of its own, the client writes to the console what we handle.
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    credentials: async () => {
      const credentials = first ?? (await client.refresh(job.id));
      first = undefined;
      return { ...credentials, expiration: new Date(Date.now() + CREDENTIALS_MS) };
    },
  });
}

function ignore(): void {}

function asInputError(error: unknown, name: string, location: string): unknown {
  if (isMissing(error)) {
    return new ProviderError(
      "ConfigurationError",
      `The input artifact ${name} could not be found at ${location}. The action that declares it did not upload it.`,
    );
  }
  if (isDenied(error)) {
    return new ProviderError(
      "PermissionError",
      `The input artifact ${name} at ${location} could not be read: access was denied.`,
    );
  }
  return error;
}

function asOutputError(error: unknown, bucket: string, location: string): unknown {
  if (isMissing(error)) {
    return new ProviderError("ConfigurationError", `The artifact bucket ${bucket} could not be found.`);
  }
  if (isDenied(error)) {
    return new ProviderError(
      "PermissionError",
      `The output artifact could not be stored at ${location}: access was denied.`,
    );
  }
  return error;
}
