import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
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

async function put(...keys: string[]): Promise<void> {
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
}

test("ListObjectsV2 lists keys in the order of their UTF-8 bytes, page by page", async () => {
  const keys = ["a", "B", "ä", "\u{1f600}", "\uff5e", "a b", "a+b", "a&<>\"'b", "a/b", "a\nb", "z%2F"];
  await put(...keys);
  const listed: (string | undefined)[] = [];
  let pages = 0;
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket })) {
    pages++;
    listed.push(...(page.Contents ?? []).map((object) => object.Key));
  }
  expect(pages).toBe(4);
  expect(listed).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

test("ListObjectsV2 tells size, ETag, time, owner when asked, and counts", async () => {
  await put("one");
  const page = await s3.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }));
  expect(page).toMatchObject({ Name: Bucket, KeyCount: 1, MaxKeys: 1000, IsTruncated: false, Prefix: "" });
  expect(page.Contents).toMatchObject([
    {
      Key: "one",
      Size: 3,
      ETag: '"f97c5d29941bfb1b2fdab0874906ab82"',
      StorageClass: "STANDARD",
      Owner: { ID: "000000000000" },
    },
  ]);
  expect(Date.now() - (page.Contents?.[0]?.LastModified?.getTime() ?? 0)).toBeLessThan(60_000);
});

test("a delimiter rolls keys up, and pages go on behind what was rolled up", async () => {
  await put("a", "b/1", "b/2", "b/3/x", "c", "d/1", "e");
  const first = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 2 }));
  expect(first.Contents?.map((object) => object.Key)).toEqual(["a"]);
  expect(first.CommonPrefixes).toEqual([{ Prefix: "b/" }]);
  expect(first.IsTruncated).toBe(true);
  const second = await s3.send(
    new ListObjectsV2Command({ Bucket, Delimiter: "/", ContinuationToken: first.NextContinuationToken }),
  );
  expect(second.Contents?.map((object) => object.Key)).toEqual(["c", "e"]);
  expect(second.CommonPrefixes).toEqual([{ Prefix: "d/" }]);
  const below = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", Prefix: "b/" }));
  expect(below.Contents?.map((object) => object.Key)).toEqual(["b/1", "b/2"]);
  expect(below.CommonPrefixes).toEqual([{ Prefix: "b/3/" }]);
});

test("ListObjectsV2 starts behind start-after, and within a prefix", async () => {
  await put("a1", "a2", "a3", "b1");
  const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a", StartAfter: "a1" }));
  expect(page.Contents?.map((object) => object.Key)).toEqual(["a2", "a3"]);
  const before = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a", StartAfter: "A" }));
  expect(before.KeyCount).toBe(3);
  const behind = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a", StartAfter: "b" }));
  expect(behind.KeyCount).toBe(0);
});

test("encoding-type=url encodes keys, prefixes and delimiters", async () => {
  await put("a b/ü", "c+d");
  const page = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: "url", Delimiter: " " }));
  expect(page.CommonPrefixes).toEqual([{ Prefix: "a%20" }]);
  expect(page.Contents?.map((object) => object.Key)).toEqual(["c%2Bd"]);
  expect(page.Delimiter).toBe("%20");
});

test("ListObjects pages by marker", async () => {
  await put("a", "b/1", "b/2", "c");
  const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 2 }));
  expect(first.NextMarker).toBe("b/");
  const second = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", Marker: first.NextMarker }));
  expect(second.Contents?.map((object) => object.Key)).toEqual(["c"]);
  expect(second.CommonPrefixes).toBeUndefined();
});

test("max-keys may be nothing, is at most 1,000, and must be a number", async () => {
  await put("a");
  expect(await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).toMatchObject({
    KeyCount: 0,
    IsTruncated: false,
  });
  expect(await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }))).toMatchObject({ MaxKeys: 1000 });
  await expect(s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 }))).rejects.toMatchObject({
    name: "InvalidArgument",
  });
  await expect(s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: "!" }))).rejects.toMatchObject({
    name: "InvalidArgument",
  });
});

test("ListObjectVersions goes on behind a version that was deleted meanwhile, as emptying a bucket page by page does", async () => {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await put("a", "a", "a", "b", "b");
  let deleted = 0;
  let markers = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...markers }));
    const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }));
    deleted += Objects.length;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    if (!page.IsTruncated) break;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect(deleted).toBe(5);
  const left = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(left.Versions).toBeUndefined();
  expect(await endpoint.files()).toEqual([]);
});
