import { createHash, randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;
const Bucket = "things";
const Key = "key";
const MiB = 1024 * 1024;

beforeAll(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
});
beforeEach(async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

async function start(more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId ?? "";
}
async function part(UploadId: string, PartNumber: number, Body: Buffer | string): Promise<CompletedPart> {
  const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
}
const complete = (UploadId: string, Parts: CompletedPart[], more = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));
async function bytes(Range?: string): Promise<Buffer> {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }));
  return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
}

test("parts become one object, in the order of their numbers, with attributes of the start", async () => {
  const whole = randomBytes(11 * MiB);
  const UploadId = await start({
    ContentType: "text/plain",
    Metadata: { colour: "blue" },
    ServerSideEncryption: "AES256",
  });
  const pieces = [whole.subarray(0, 5 * MiB), whole.subarray(5 * MiB, 10 * MiB), whole.subarray(10 * MiB)];
  const third = await part(UploadId, 30, pieces[2] ?? "");
  const first = await part(UploadId, 1, pieces[0] ?? "");
  const second = await part(UploadId, 2, pieces[1] ?? "");
  await expect(bytes()).rejects.toMatchObject({ name: "NoSuchKey" });

  const done = await complete(UploadId, [first, second, third]);
  const md5s = Buffer.concat(pieces.map((piece) => createHash("md5").update(piece).digest()));
  expect(done).toMatchObject({
    ETag: `"${createHash("md5").update(md5s).digest("hex")}-3"`,
    Location: `${endpoint.url}/things/key`,
    ServerSideEncryption: "AES256",
  });
  expect((await bytes()).equals(whole)).toBe(true);
  expect((await bytes("bytes=5242870-5242889")).equals(whole.subarray(5242870, 5242890))).toBe(true);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(head).toMatchObject({
    ContentType: "text/plain",
    Metadata: { colour: "blue" },
    ContentLength: 5 * MiB,
    PartsCount: 3,
  });
  await expect(s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 4 }))).rejects.toMatchObject({
    name: "InvalidPartNumber",
  });
  await expect(complete(UploadId, [first, second, third])).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
  "lib-storage uploads a stream in parts with %s checksums",
  async (ChecksumAlgorithm) => {
    const whole = randomBytes(12 * MiB);
    const Body = new PassThrough();
    Body.end(whole);
    const upload = new Upload({
      client: s3,
      params: { Bucket, Key, Body, ChecksumAlgorithm },
      partSize: 5 * MiB,
    });
    const done = await upload.done();
    expect(done).toMatchObject({ ETag: expect.stringMatching(/-3"$/) });
    expect((await bytes()).equals(whole)).toBe(true);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    const value = head[`Checksum${ChecksumAlgorithm}`];
    if (ChecksumAlgorithm === "CRC64NVME") {
      expect(head.ChecksumType).toBe("FULL_OBJECT");
      // The SDK verifies whole-object checksums of what it gets: that of the parts must be that of the bytes.
      await s3.send(new PutObjectCommand({ Bucket, Key: "whole", Body: whole, ChecksumAlgorithm }));
      const same = await s3.send(new HeadObjectCommand({ Bucket, Key: "whole", ChecksumMode: "ENABLED" }));
      expect(value).toBe(same.ChecksumCRC64NVME);
    } else {
      expect(head.ChecksumType).toBe("COMPOSITE");
      expect(value).toMatch(/-3$/);
    }
  },
);

test("a whole-object CRC32 that doesn't fit the parts is refused, and the upload stays", async () => {
  const UploadId = await start({ ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
  const parts = [await part(UploadId, 1, "hello")];
  const wrong = complete(UploadId, parts, { ChecksumType: "FULL_OBJECT", ChecksumCRC32: "AAAAAA==" });
  await expect(wrong).rejects.toMatchObject({ name: "BadDigest" });
  const done = await complete(UploadId, parts, { ChecksumType: "FULL_OBJECT", ChecksumCRC32: "NhCmhg==" });
  expect(done).toMatchObject({ ChecksumCRC32: "NhCmhg==", ChecksumType: "FULL_OBJECT" });
});

test("a part uploaded again takes the place of the one before, and parts not chosen go", async () => {
  const UploadId = await start();
  await part(UploadId, 1, "old");
  const one = await part(UploadId, 1, "new");
  await part(UploadId, 2, "unused");
  await complete(UploadId, [one]);
  expect((await bytes()).toString()).toBe("new");
  expect(await endpoint.files()).toHaveLength(1);
});

test("wrong lists of parts are refused, and the upload stays", async () => {
  const UploadId = await start();
  const one = await part(UploadId, 1, "one");
  const two = await part(UploadId, 2, "two");
  const refusal = (name: string) => ({ name, $metadata: { httpStatusCode: 400 } });
  await expect(complete(UploadId, [two, one])).rejects.toMatchObject(refusal("InvalidPartOrder"));
  await expect(complete(UploadId, [one, one])).rejects.toMatchObject(refusal("InvalidPartOrder"));
  await expect(complete(UploadId, [{ ...one, ETag: two.ETag }])).rejects.toMatchObject(
    refusal("InvalidPart"),
  );
  await expect(complete(UploadId, [{ PartNumber: 3, ETag: two.ETag }])).rejects.toMatchObject(
    refusal("InvalidPart"),
  );
  await expect(complete(UploadId, [one, two])).rejects.toMatchObject(refusal("EntityTooSmall"));
  await expect(complete(UploadId, [])).rejects.toMatchObject(refusal("MalformedXML"));
  await expect(complete(UploadId, [one], { MpuObjectSize: 4 })).rejects.toMatchObject(
    refusal("InvalidRequest"),
  );
  await expect(part(UploadId, 0, "x")).rejects.toMatchObject(refusal("InvalidArgument"));
  await expect(part(UploadId, 10_001, "x")).rejects.toMatchObject(refusal("InvalidArgument"));
  await complete(UploadId, [one]);
});

test("an upload belongs to its key", async () => {
  const UploadId = await start();
  const stray = new UploadPartCommand({ Bucket, Key: "other", UploadId, PartNumber: 1, Body: "x" });
  await expect(s3.send(stray)).rejects.toMatchObject({
    name: "NoSuchUpload",
    $metadata: { httpStatusCode: 404 },
  });
  expect(await endpoint.files()).toEqual([]);
});

test("an aborted upload is gone, with what its parts took", async () => {
  const UploadId = await start();
  await part(UploadId, 1, "one");
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  expect(await endpoint.files()).toEqual([]);
  await expect(part(UploadId, 2, "two")).rejects.toMatchObject({ name: "NoSuchUpload" });
  await expect(s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject({
    name: "NoSuchUpload",
  });
});

test("parts and uploads are listed page by page", async () => {
  const UploadId = await start({ ChecksumAlgorithm: "CRC32" });
  for (const number of [1, 2, 5]) await part(UploadId, number, `part ${number}`);
  const first = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "2", ChecksumAlgorithm: "CRC32" });
  expect(first.Parts).toMatchObject([
    { PartNumber: 1, Size: 6, ChecksumCRC32: expect.any(String) },
    { PartNumber: 2 },
  ]);
  const rest = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: "2" }));
  expect(rest.Parts?.map((listed) => listed.PartNumber)).toEqual([5]);

  const second = await start();
  await start({ Key: "a/b" });
  const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: "/", MaxUploads: 2 }));
  expect(page.CommonPrefixes).toEqual([{ Prefix: "a/" }]);
  expect(page.Uploads).toMatchObject([{ Key, UploadId, Initiated: expect.any(Date) }]);
  const next = await s3.send(
    new ListMultipartUploadsCommand({
      Bucket,
      KeyMarker: page.NextKeyMarker,
      UploadIdMarker: page.NextUploadIdMarker,
    }),
  );
  expect(next.Uploads?.map((upload) => upload.UploadId)).toEqual([second]);
});

test("a bucket with nothing but unfinished uploads can be deleted, and they go with it", async () => {
  const UploadId = await start();
  await part(UploadId, 1, "one");
  await s3.send(new DeleteBucketCommand({ Bucket }));
  expect(await endpoint.files()).toEqual([]);
});

test("a part may be a copy of an object or of a range of it", async () => {
  const source = randomBytes(6 * MiB);
  await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: source }));
  const UploadId = await start({ ChecksumAlgorithm: "SHA256" });
  const copyPart = (PartNumber: number, CopySourceRange?: string) =>
    s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        CopySource: `${Bucket}/source`,
        ...(CopySourceRange && { CopySourceRange }),
      }),
    );
  const parts = [
    { PartNumber: 1, ...(await copyPart(1)).CopyPartResult },
    { PartNumber: 2, ...(await copyPart(2, "bytes=1-3")).CopyPartResult },
  ].map(({ PartNumber, ETag, ChecksumSHA256 }) => ({ PartNumber, ETag, ChecksumSHA256 }));
  await complete(UploadId, parts);
  expect((await bytes()).equals(Buffer.concat([source, source.subarray(1, 4)]))).toBe(true);
  await expect(copyPart(3, "bytes=0-99999999")).rejects.toMatchObject({ name: "NoSuchUpload" });
  const another = await start();
  const outside = new UploadPartCopyCommand({
    Bucket,
    Key,
    UploadId: another,
    PartNumber: 1,
    CopySource: `${Bucket}/source`,
    CopySourceRange: "bytes=0-99999999",
  });
  await expect(s3.send(outside)).rejects.toMatchObject({ name: "InvalidRange" });
});

test("If-None-Match * completes only where nothing is", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "there" }));
  const UploadId = await start();
  const parts = [await part(UploadId, 1, "one")];
  await expect(complete(UploadId, parts, { IfNoneMatch: "*" })).rejects.toMatchObject({
    name: "PreconditionFailed",
  });
  expect((await bytes()).toString()).toBe("there");
});
