import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

let endpoint: Endpoint;
let root: S3Client;
let job: S3Client;
const Bucket = "artifacts";
const input = { bucket: Bucket, key: "in" };
const output = { bucket: Bucket, key: "out" };
const denied = { $metadata: { httpStatusCode: 403 } };

beforeAll(async () => {
  endpoint = await startEndpoint();
  root = endpoint.client();
});
beforeEach(async () => {
  for (const name of [Bucket, "other", "source", "target"])
    await root.send(new CreateBucketCommand({ Bucket: name }));
  for (const Key of ["in", "out", "else"]) await root.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  await root.send(new PutObjectCommand({ Bucket: "other", Key: "in", Body: "x" }));
  await root.send(new PutObjectCommand({ Bucket: "source", Key: "any", Body: "any" }));
  job = endpoint.jobClient({
    read: [input],
    write: [output],
    readBuckets: ["source"],
    writeBuckets: ["target"],
  });
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

test("a job reads its inputs and writes its outputs, whole or in parts", async () => {
  const got = await job.send(new GetObjectCommand({ Bucket, Key: "in" }));
  expect(await got.Body?.transformToString()).toBe("in");
  await job.send(new HeadObjectCommand({ Bucket, Key: "in" }));
  await job.send(new PutObjectCommand({ Bucket, Key: "out", Body: "new" }));
  const upload = { Bucket, Key: "out" };
  const { UploadId } = await job.send(new CreateMultipartUploadCommand(upload));
  const { ETag } = await job.send(
    new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "parts" }),
  );
  await job.send(
    new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    }),
  );
  expect((await endpoint.objects.head("000000000000", Bucket, "out"))?.size).toBe(5);
  const second = await job.send(new CreateMultipartUploadCommand(upload));
  await job.send(new AbortMultipartUploadCommand({ ...upload, UploadId: second.UploadId }));
});

test("a source job reads any object of its bucket and sees whether it is versioned; a deploy job writes any", async () => {
  await job.send(new GetObjectCommand({ Bucket: "source", Key: "any" }));
  expect((await job.send(new GetBucketVersioningCommand({ Bucket: "source" }))).Status).toBeUndefined();
  await expect(job.send(new GetObjectCommand({ Bucket: "source", Key: "none" }))).rejects.toMatchObject({
    name: "NoSuchKey",
  });
  await job.send(new PutObjectCommand({ Bucket: "target", Key: "a/b", Body: "x" }));
});

describe("A15 everything else is refused, and nothing changes:", () => {
  test.each([
    ["reading another key", () => new GetObjectCommand({ Bucket, Key: "else" })],
    ["reading its output", () => new GetObjectCommand({ Bucket, Key: "out" })],
    ["looking at another key", () => new HeadObjectCommand({ Bucket, Key: "else" })],
    ["the same key of another bucket", () => new GetObjectCommand({ Bucket: "other", Key: "in" })],
    ["a bucket that doesn't exist", () => new GetObjectCommand({ Bucket: "nowhere", Key: "in" })],
    ["writing to an input", () => new PutObjectCommand({ Bucket, Key: "in", Body: "evil" })],
    ["writing another key", () => new PutObjectCommand({ Bucket, Key: "new", Body: "evil" })],
    [
      "writing to a bucket it may read",
      () => new PutObjectCommand({ Bucket: "source", Key: "any", Body: "evil" }),
    ],
    ["reading from a bucket it may write", () => new GetObjectCommand({ Bucket: "target", Key: "any" })],
    ["starting an upload of another key", () => new CreateMultipartUploadCommand({ Bucket, Key: "else" })],
    [
      "copying what it may not read",
      () => new CopyObjectCommand({ Bucket, Key: "out", CopySource: `${Bucket}/else` }),
    ],
    ["deleting its output", () => new DeleteObjectCommand({ Bucket, Key: "out" })],
    ["deleting its input", () => new DeleteObjectCommand({ Bucket, Key: "in" })],
    ["deleting many", () => new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "out" }] } })],
    ["listing objects", () => new ListObjectsV2Command({ Bucket })],
    ["listing a bucket it may read", () => new ListObjectsV2Command({ Bucket: "source" })],
    ["listing uploads", () => new ListMultipartUploadsCommand({ Bucket })],
    ["listing buckets", () => new ListBucketsCommand({})],
    ["looking at a bucket", () => new HeadBucketCommand({ Bucket })],
    ["versioning of another bucket", () => new GetBucketVersioningCommand({ Bucket })],
    [
      "setting versioning",
      () =>
        new PutBucketVersioningCommand({ Bucket: "source", VersioningConfiguration: { Status: "Enabled" } }),
    ],
    ["making a bucket", () => new CreateBucketCommand({ Bucket: "mine" })],
    ["deleting a bucket", () => new DeleteBucketCommand({ Bucket: "target" })],
  ])("%s", async (_, command) => {
    const before = await snapshot();
    await expect(job.send(command() as HeadBucketCommand)).rejects.toMatchObject(denied);
    expect(await snapshot()).toEqual(before);
  });

  test("all of it, once the grant has expired", async () => {
    await job.send(new GetObjectCommand({ Bucket, Key: "in" }));
    endpoint.clockOffset = 61_000;
    await expect(job.send(new GetObjectCommand({ Bucket, Key: "in" }))).rejects.toMatchObject(denied);
    await expect(job.send(new PutObjectCommand({ Bucket, Key: "out", Body: "late" }))).rejects.toMatchObject(
      denied,
    );
  });

  test("all of it, once the job has ended", async () => {
    await job.send(new GetObjectCommand({ Bucket, Key: "in" }));
    endpoint.jobIsOpen = false;
    await expect(job.send(new GetObjectCommand({ Bucket, Key: "in" }))).rejects.toMatchObject(denied);
    await expect(job.send(new PutObjectCommand({ Bucket, Key: "out", Body: "late" }))).rejects.toMatchObject(
      denied,
    );
  });

  test("objects of another account's bucket, whatever the grant says", async () => {
    await endpoint.objects.ensureBucket({
      name: "theirs",
      account: "111111111111",
      region: "r",
      versioned: false,
    });
    const stray = endpoint.jobClient({ read: [{ bucket: "theirs", key: "k" }], writeBuckets: ["theirs"] });
    await expect(stray.send(new GetObjectCommand({ Bucket: "theirs", Key: "k" }))).rejects.toMatchObject(
      denied,
    );
    await expect(
      stray.send(new PutObjectCommand({ Bucket: "theirs", Key: "k", Body: "x" })),
    ).rejects.toMatchObject(denied);
  });
});

async function snapshot() {
  const read = endpoint.store.read;
  return {
    buckets: await read.selectFrom("bucket").selectAll().orderBy("name").execute(),
    objects: await read.selectFrom("object_version").selectAll().orderBy("key").execute(),
    uploads: await read.selectFrom("multipart_upload").selectAll().execute(),
    files: (await endpoint.files()).toSorted(),
  };
}
