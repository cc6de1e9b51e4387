import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;
const Bucket = "things";
const Key = "source.zip";

beforeAll(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
});
beforeEach(async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

async function writeInThreeWays(): Promise<(string | undefined)[]> {
  const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
  const copied = await s3.send(
    new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${Key}` }),
  );
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const { ETag } = await s3.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "hello" }),
  );
  const Parts = [{ PartNumber: 1, ETag }];
  const completed = await s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
  return [put.VersionId, copied.VersionId, completed.VersionId];
}

test("S8.1 PutObject, CopyObject and CompleteMultipartUpload each tell of the new version, once", async () => {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const versions = await writeInThreeWays();
  expect(endpoint.written).toMatchObject([
    {
      account: "000000000000",
      region: "us-east-1",
      bucket: Bucket,
      key: Key,
      versionId: versions[0],
      size: 5,
    },
    { bucket: Bucket, key: "copy", versionId: versions[1] },
    { bucket: Bucket, key: Key, versionId: versions[2], etag: expect.stringMatching(/-1$/) },
  ]);
});

test("S8.1 without versioning it is told by its ETag", async () => {
  await writeInThreeWays();
  expect(endpoint.written).toHaveLength(3);
  expect(endpoint.written[0]).not.toHaveProperty("versionId");
  expect(endpoint.written[0]).toMatchObject({ etag: "5d41402abc4b2a76b9719d911017c592" });
});

test("S8.1 deletion tells nothing", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  expect(endpoint.written).toHaveLength(1);
});

test("S8.1 what is told joins the transaction of the object: if it fails, the object isn't there, nor its file", async () => {
  endpoint.during = async () => {
    throw new Error("the pipeline could not be started");
  };
  await expect(s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }))).rejects.toMatchObject({
    name: "InternalError",
    $metadata: { httpStatusCode: 500 },
  });
  expect(endpoint.takeFaults()).toHaveLength(1);
  await expect(s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await endpoint.files()).toEqual([]);
});
