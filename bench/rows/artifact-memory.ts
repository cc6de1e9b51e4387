/** A large artifact streams: from the socket to disk, to the action, and on. */
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Api } from "../support/api.ts";
import { mebibytes, memoryOf } from "../support/memory.ts";
import { ROLE } from "../support/pipelines.ts";
import { type Row, SkippedError } from "../support/row.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";

/** In GB; the budget is for 5. */
const SIZE = Number(process.env.MILLRACE_BENCH_ARTIFACT_GB ?? 5);
const MOST_BYTES = 150_000_000;
/** The object, the artifact, the deployed object, and a copy on its way. */
const COPIES = 4.2;
const CHUNK = Buffer.alloc(256 * 1024);
const bucket = "bench-objects";
const name = "artifact";
const aws = { owner: "AWS", provider: "S3", version: "1" } as const;

export const artifactMemory: Row = {
  name: "artifact-memory",
  what: `artifact of ${SIZE} GB through the store and an action (S3 source, S3 deployment): peak of the server's resident memory over what it had before`,
  budget: "grows < 150 MB",

  async measure() {
    const bytes = SIZE * 1_000_000_000;
    const { bavail, bsize } = await statfs(tmpdir());
    if (bavail * bsize < bytes * COPIES) {
      throw new SkippedError(
        `${(bytes * COPIES) / 1e9} GB of disk are needed, ${(bavail * bsize) / 1e9} are free`,
      );
    }
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack);
    const { url: endpoint, region, credentials } = server;
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    stack.defer(() => s3.destroy());
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    // A small one first: code and connections that are loaded once are no growth.
    await release(server, s3, 1_000_000);
    const { residentBytes: before } = await memoryOf(server.pid);
    await release(server, s3, bytes);
    const { peakBytes } = await memoryOf(server.pid);
    const growth = peakBytes - before;
    return {
      measured: `+${mebibytes(growth)}`,
      baseline: mebibytes(before),
      ratio: growth / before,
      holds: growth < MOST_BYTES,
    };
  },
};

/** Puts an object, runs it through a pipeline of its own, and sees that it came out whole. */
async function release(server: ServerProcess, s3: S3Client, bytes: number): Promise<void> {
  const key = `in-${bytes}`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: zeros(bytes), ContentLength: bytes }));
  const api = await Api.open(server);
  const pipelineName = `${name}-${bytes}`;
  await api.call("CreatePipeline", { pipeline: declaration(pipelineName, key) });
  await ended(api, pipelineName);
  api.close();
  const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: `out/${key}` }));
  if (ContentLength !== bytes) throw new Error(`${ContentLength} of ${bytes} bytes came out`);
}

function zeros(bytes: number): Readable {
  return Readable.from(
    (function* () {
      for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
    })(),
    { objectMode: false },
  );
}

function declaration(pipelineName: string, key: string) {
  return {
    name: pipelineName,
    roleArn: ROLE,
    stages: [
      {
        name: "Source",
        actions: [
          {
            name: "Fetch",
            actionTypeId: { ...aws, category: "Source" },
            configuration: { S3Bucket: bucket, S3ObjectKey: key, PollForSourceChanges: "false" },
            outputArtifacts: [{ name: "Object" }],
          },
        ],
      },
      {
        name: "Deploy",
        actions: [
          {
            name: "Deploy",
            actionTypeId: { ...aws, category: "Deploy" },
            configuration: { BucketName: bucket, Extract: "false", ObjectKey: `out/${key}` },
            inputArtifacts: [{ name: "Object" }],
          },
        ],
      },
    ],
  };
}

async function ended(api: Api, pipelineName: string): Promise<void> {
  for (;;) {
    const { pipelineExecutionSummaries: [newest] = [] } = await api.call<Executions>(
      "ListPipelineExecutions",
      {
        pipelineName,
      },
    );
    if (newest?.status === "Succeeded") return;
    if (newest?.status === "Failed") throw new Error(`the execution of ${pipelineName} failed`);
    await sleep(100);
  }
}

interface Executions {
  readonly pipelineExecutionSummaries?: readonly { readonly status: string }[];
}
