import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;
const Bucket = "things";

beforeAll(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
});
beforeEach(async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

const put = (Key: string, Body: PutObjectCommandInput["Body"], more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string, more = {}) => {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...got, text: await got.Body?.transformToString() };
};

test("an object comes back with its bytes, type, user metadata and headers", async () => {
  const Key = "a/b c+ü.txt";
  const written = {
    ContentType: "text/plain",
    CacheControl: "max-age=60",
    ContentDisposition: "inline",
    ContentLanguage: "en",
    ContentEncoding: "gzip",
    Metadata: { colour: "blue" },
  };
  const { ETag } = await put(Key, "hello", { ...written, Expires: new Date("2030-01-01T00:00:00Z") });
  expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const expected = { ...written, ETag, ContentLength: 5, ExpiresString: "Tue, 01 Jan 2030 00:00:00 GMT" };
  expect(await get(Key)).toMatchObject({ ...expected, text: "hello" });
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject(expected);
});

test("an empty object is an object", async () => {
  await put("empty", Buffer.alloc(0));
  expect(await get("empty")).toMatchObject({
    text: "",
    ContentLength: 0,
    ContentType: "application/octet-stream",
  });
});

test("a stream goes to disk and comes back", async () => {
  const bytes = randomBytes(5_000_000);
  await put("big", Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]), {
    ContentLength: bytes.length,
  });
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "big" }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
});

test("a second write of a key takes the place of the first, on disk too", async () => {
  await put("k", "one");
  await put("k", "two");
  expect((await get("k")).text).toBe("two");
  expect(await endpoint.files()).toHaveLength(1);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  // It goes when the server has closed what was read.
  await expect.poll(() => endpoint.files(), { timeout: 30_000 }).toEqual([]);
  await expect(get("k")).rejects.toMatchObject({ name: "NoSuchKey" });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
});

test("writes of one key at once leave one whole object", async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => put("k", `${index}`.repeat(1000))));
  expect(new Set((await get("k")).text).size).toBeLessThanOrEqual(2);
  expect(await endpoint.files()).toHaveLength(1);
  const rows = await endpoint.store.read.selectFrom("object_version").selectAll().execute();
  expect(rows).toHaveLength(1);
});

test("a reader that has begun reads to the end although the object is replaced, and then its file goes", async () => {
  const bytes = randomBytes(8_000_000);
  await put("k", bytes);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
  await put("k", "new");
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  await expect.poll(() => endpoint.files(), { timeout: 30_000 }).toEqual([]);
});

test("server-side encryption headers are stored and echoed", async () => {
  const encryption = {
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: "alias/key",
    BucketKeyEnabled: true,
  } as const;
  expect(await put("k", "x", encryption)).toMatchObject(encryption);
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "k" }))).toMatchObject(encryption);
});

test("canned ACLs are accepted, others refused", async () => {
  await put("k", "x", { ACL: "public-read" });
  await expect(put("k", "x", { ACL: "everybody" as "private" })).rejects.toMatchObject({
    name: "InvalidArgument",
  });
  await expect(put("k", "x", { GrantRead: "id=1" })).rejects.toMatchObject({ name: "NotImplemented" });
});

test("more than 2 KB of user metadata are refused", async () => {
  await put("k", "x", { Metadata: { m: "x".repeat(2047) } });
  await expect(put("k", "x", { Metadata: { m: "x".repeat(2048) } })).rejects.toMatchObject({
    name: "MetadataTooLarge",
  });
});

test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
  "a %s checksum is verified, kept and given back, of buffers and of streams",
  async (ChecksumAlgorithm) => {
    const buffered = await put("k", "hello", { ChecksumAlgorithm });
    const streamed = await put("s", Readable.from([Buffer.from("hello")]), {
      ChecksumAlgorithm,
      ContentLength: 5,
    });
    const name = `Checksum${ChecksumAlgorithm}` as const;
    expect(buffered[name]).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(streamed[name]).toBe(buffered[name]);
    // The SDK compares what it gets with it.
    expect(await get("s", { ChecksumMode: "ENABLED" })).toMatchObject({
      text: "hello",
      [name]: buffered[name],
    });
  },
);

describe("ranges", () => {
  beforeEach(async () => {
    await put("k", "0123456789");
    await put("empty", Buffer.alloc(0));
  });

  test.each([
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=7-100", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-30", "0123456789", "bytes 0-9/10"],
  ])("%s", async (Range, text, ContentRange) => {
    expect(await get("k", { Range })).toMatchObject({ text, ContentRange, ContentLength: text.length });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "k", Range }))).toMatchObject({ ContentRange });
  });

  test.each(["bytes=4-2", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=x"])(
    "%s is no single range, so the whole object is the answer",
    async (Range) => {
      const got = await get("k", { Range });
      expect(got).toMatchObject({ text: "0123456789", $metadata: { httpStatusCode: 200 } });
    },
  );

  test.each([
    ["k", "bytes=10-"],
    ["k", "bytes=-0"],
    ["empty", "bytes=0-0"],
    ["empty", "bytes=-1"],
  ])("of %s, %s can't be satisfied: 416", async (Key, Range) => {
    await expect(get(Key, { Range })).rejects.toMatchObject({
      name: "InvalidRange",
      $metadata: { httpStatusCode: 416 },
    });
  });
});

describe("conditional requests", () => {
  const past = new Date(Date.now() - 3_600_000);
  const future = new Date(Date.now() + 3_600_000);
  const other = '"0123"';
  let etag: string;
  beforeEach(async () => {
    etag = (await put("k", "hello")).ETag ?? "";
  });

  test.each([
    ["If-Match that matches", () => ({ IfMatch: etag }), 200],
    ["If-Match *", () => ({ IfMatch: "*" }), 200],
    ["If-Match of a list", () => ({ IfMatch: `${other}, ${etag}` }), 200],
    ["If-Match that doesn't", () => ({ IfMatch: other }), 412],
    ["If-None-Match that matches", () => ({ IfNoneMatch: etag }), 304],
    ["If-None-Match that doesn't", () => ({ IfNoneMatch: other }), 200],
    ["If-Modified-Since the past", () => ({ IfModifiedSince: past }), 200],
    ["If-Modified-Since the future", () => ({ IfModifiedSince: future }), 304],
    ["If-Unmodified-Since the past", () => ({ IfUnmodifiedSince: past }), 412],
    ["If-Unmodified-Since the future", () => ({ IfUnmodifiedSince: future }), 200],
    ["If-Match wins over If-Unmodified-Since", () => ({ IfMatch: etag, IfUnmodifiedSince: past }), 200],
    [
      "If-None-Match wins over If-Modified-Since",
      () => ({ IfNoneMatch: other, IfModifiedSince: future }),
      200,
    ],
  ] as const)("reading with %s", async (_, conditions, status) => {
    const reading = get("k", conditions());
    if (status === 200) expect((await reading).text).toBe("hello");
    else await expect(reading).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
  });

  test("If-None-Match * writes only where nothing is, of many at once exactly one", async () => {
    const once = () => put("new", "x", { IfNoneMatch: "*" });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, once));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ name: "PreconditionFailed" });
    }
    expect(await endpoint.files()).toHaveLength(2);
  });

  test("If-None-Match * sees a delete marker as nothing", async () => {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    await put("k", "again", { IfNoneMatch: "*" });
    expect((await get("k")).text).toBe("again");
  });

  test("If-Match writes and deletes only what is still the same", async () => {
    await expect(put("k", "x", { IfMatch: other })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put("none", "x", { IfMatch: etag })).rejects.toMatchObject({ name: "NoSuchKey" });
    const remove = (IfMatch: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: "k", IfMatch }));
    await expect(remove(other)).rejects.toMatchObject({ name: "PreconditionFailed" });
    const next = await put("k", "world", { IfMatch: etag });
    await remove(next.ETag ?? "");
    await expect(get("k")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test.each([
    ["if-match", () => ({ CopySourceIfMatch: etag }), true],
    ["another if-match", () => ({ CopySourceIfMatch: other }), false],
    ["another if-none-match", () => ({ CopySourceIfNoneMatch: other }), true],
    ["if-none-match", () => ({ CopySourceIfNoneMatch: etag }), false],
    ["if-modified-since the future", () => ({ CopySourceIfModifiedSince: future }), false],
    ["if-unmodified-since the past", () => ({ CopySourceIfUnmodifiedSince: past }), false],
  ] as const)("copying with %s of the source", async (_, conditions, works) => {
    const copying = s3.send(
      new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/k`, ...conditions() }),
    );
    if (works) expect((await copying).CopyObjectResult?.ETag).toBe(etag);
    else
      await expect(copying).rejects.toMatchObject({
        name: "PreconditionFailed",
        $metadata: { httpStatusCode: 412 },
      });
  });
});

describe("copies", () => {
  const copy = (Key: string, CopySource: string, more = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));

  test("take bytes, metadata and checksum along", async () => {
    await put("a b/ü", "hello", { ContentType: "text/plain", Metadata: { colour: "blue" } });
    const copied = await copy("copy", `/${Bucket}/${encodeURIComponent("a b/ü")}`);
    expect(copied.CopyObjectResult).toMatchObject({
      ChecksumCRC32: "NhCmhg==",
      LastModified: expect.any(Date),
    });
    expect(await get("copy")).toMatchObject({
      text: "hello",
      ContentType: "text/plain",
      Metadata: { colour: "blue" },
    });
  });

  test("get new metadata with REPLACE", async () => {
    await put("k", "hello", { ContentType: "text/plain", Metadata: { colour: "blue" } });
    const replaced = { MetadataDirective: "REPLACE", ContentType: "text/html", Metadata: { size: "1" } };
    await copy("k", `${Bucket}/k`, replaced);
    expect(await get("k")).toMatchObject({
      text: "hello",
      ContentType: "text/html",
      Metadata: { size: "1" },
    });
  });

  test("onto themselves change something, or are refused", async () => {
    await put("k", "hello");
    await expect(copy("k", `${Bucket}/k`)).rejects.toMatchObject({ name: "InvalidRequest" });
    await copy("k", `${Bucket}/k`, { ServerSideEncryption: "AES256" });
    expect(await get("k")).toMatchObject({ text: "hello", ServerSideEncryption: "AES256" });
  });

  test("may be of an older version", async () => {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    const { VersionId } = await put("k", "old");
    await put("k", "new");
    const copied = await copy("k", `${Bucket}/k?versionId=${VersionId}`);
    expect(copied.CopySourceVersionId).toBe(VersionId);
    expect((await get("k")).text).toBe("old");
  });

  test("need a source that is there and open to the caller", async () => {
    await endpoint.objects.ensureBucket({
      name: "theirs",
      account: "111111111111",
      region: "r",
      versioned: false,
    });
    await expect(copy("c", `${Bucket}/none`)).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(copy("c", "nowhere/k")).rejects.toMatchObject({ name: "NoSuchBucket" });
    await expect(copy("c", "theirs/k")).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(copy("c", "k")).rejects.toMatchObject({ name: "InvalidArgument" });
    expect(await endpoint.files()).toEqual([]);
  });
});
