import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import type { Job } from "../../../src/worker/protocol.ts";
import { s3Source } from "../../../src/worker/providers/s3-source.ts";
import { type TestHost, testHost } from "../support/host.ts";
import { JobBoard } from "../support/job-board.ts";
import { testWorker } from "../support/worker.ts";

const output = { name: "Source", bucket: "artifacts", key: "release/Source/1" };

let host: TestHost;
let board: JobBoard;

beforeEach(async () => {
  host = await testHost();
  board = new JobBoard();
  for (const Bucket of ["artifacts", "inbox"]) await host.s3.send(new CreateBucketCommand({ Bucket }));
  await versioning("Enabled");
  await testWorker(board, [s3Source]);
});

function versioning(Status: "Enabled" | "Suspended") {
  const VersioningConfiguration = { Status };
  return host.s3.send(new PutBucketVersioningCommand({ Bucket: "inbox", VersioningConfiguration }));
}

function put(key: string, body: string, metadata?: Record<string, string>) {
  return host.s3.send(
    new PutObjectCommand({
      Bucket: "inbox",
      Key: key,
      Body: body,
      Metadata: metadata,
      ContentType: "text/x",
    }),
  );
}

function deliver(configuration: Record<string, string> = {}, sourceRevision?: Job["sourceRevision"]) {
  const job = board.post({
    ...host.jobHere({ write: [output], readBuckets: ["inbox", "missing"] }),
    actionTypeId: s3Source.declaration.id,
    configuration: { S3Bucket: "inbox", S3ObjectKey: "drop/app.zip", ...configuration },
    outputArtifacts: [output],
    ...(sourceRevision !== undefined && { sourceRevision }),
  });
  return board.result(job);
}

async function delivered() {
  const object = await host.s3.send(new GetObjectCommand({ Bucket: output.bucket, Key: output.key }));
  return {
    text: await object.Body?.transformToString(),
    type: object.ContentType,
    metadata: object.Metadata,
  };
}

describe("Source/S3", () => {
  it("P1.16, P1.17 delivers the newest version byte for byte, without its metadata", async () => {
    await put("drop/app.zip", "old");
    const { VersionId, ETag } = await put("drop/app.zip", "not even a zip", { owner: "ada" });
    expect(await deliver()).toEqual({
      ok: true,
      currentRevision: {
        revision: VersionId,
        changeIdentifier: VersionId,
        created: expect.any(Number),
        revisionSummary: `Amazon S3 version id: ${VersionId}`,
      },
      outputVariables: {
        BucketName: "inbox",
        ETag: ETag?.replaceAll('"', ""),
        ObjectKey: "drop/app.zip",
        VersionId,
      },
    });
    expect(await delivered()).toEqual({ text: "not even a zip", type: "application/zip", metadata: {} });
  });

  it("P1.17 takes the summary from the object's metadata (api.md GetPipelineExecution)", async () => {
    await put("drop/app.zip", "zip", { "codepipeline-artifact-revision-summary": "Build 42" });
    expect(await deliver()).toMatchObject({ ok: true, currentRevision: { revisionSummary: "Build 42" } });
  });

  it("P1.1, P1.18 delivers the version and the key that the execution is bound to", async () => {
    const { VersionId: revisionId } = await put("drop/ü & other.zip", "first");
    await put("drop/ü & other.zip", "second");
    const result = await deliver({}, { revisionId, objectKey: "drop/ü & other.zip" });
    expect(result).toMatchObject({
      ok: true,
      outputVariables: { ObjectKey: "drop/ü & other.zip", VersionId: revisionId },
    });
    expect((await delivered()).text).toBe("first");
  });

  it("P1.18 takes the newest version of a key that is overridden alone", async () => {
    const { VersionId } = await put("other.zip", "other");
    expect(await deliver({}, { objectKey: "other.zip" })).toMatchObject({
      ok: true,
      outputVariables: { ObjectKey: "other.zip", VersionId },
    });
  });

  it("P1.15 fails with ConfigurationError while versioning is suspended", async () => {
    await put("drop/app.zip", "zip");
    await versioning("Suspended");
    expect(await deliver()).toEqual({
      ok: false,
      type: "ConfigurationError",
      message:
        "The S3 bucket inbox does not have versioning enabled, or versioning is suspended. Enable versioning on the bucket, and then try again.",
    });
  });

  it.each([
    ["an object that isn't there", { S3ObjectKey: "nothing" }, "nothing", "inbox"],
    ["a deleted object", {}, "drop/app.zip", "inbox"],
    ["a bucket that isn't there", { S3Bucket: "missing" }, "drop/app.zip", "missing"],
  ])("P1.19 fails with ConfigurationError for %s", async (_what, configuration, key, bucket) => {
    await put("drop/app.zip", "zip");
    await host.s3.send(new DeleteObjectCommand({ Bucket: "inbox", Key: "drop/app.zip" }));
    expect(await deliver(configuration)).toEqual({
      ok: false,
      type: "ConfigurationError",
      message: `The object with key '${key}' could not be found in the S3 bucket ${bucket}.`,
    });
  });

  it("fails with RevisionUnavailable for a version that was deleted", async () => {
    const { VersionId } = await put("drop/app.zip", "zip");
    await host.s3.send(new DeleteObjectCommand({ Bucket: "inbox", Key: "drop/app.zip", VersionId }));
    expect(await deliver({}, { revisionId: VersionId })).toMatchObject({
      ok: false,
      type: "RevisionUnavailable",
    });
  });

  it("P1.19 fails with PermissionError for a bucket that the job may not read", async () => {
    await host.s3.send(new CreateBucketCommand({ Bucket: "others" }));
    expect(await deliver({ S3Bucket: "others" })).toEqual({
      ok: false,
      type: "PermissionError",
      message:
        "The service role or action role doesn’t have the permissions required to access the Amazon S3 bucket named others. Update the IAM role permissions, and then try again. Error: Amazon S3:AccessDenied:Access Denied",
    });
  });
});
