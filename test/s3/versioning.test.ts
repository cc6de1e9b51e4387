import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;
const Bucket = "things";
const Key = "key";

beforeAll(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
});
beforeEach(async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

const put = async (Body: string) => (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
const setVersioning = (Status: "Enabled" | "Suspended") =>
  s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
async function get(VersionId?: string): Promise<string | undefined> {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
  return got.Body?.transformToString();
}

test("a bucket's versioning is told, and nothing before it was ever set", async () => {
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  await setVersioning("Enabled");
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
  await setVersioning("Suspended");
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Suspended");
});

test("every write of a versioned key makes a version that stays readable", async () => {
  await setVersioning("Enabled");
  const [one, two] = [await put("one"), await put("two")];
  expect(one).not.toBe(two);
  expect(await get()).toBe("two");
  expect(await get(one)).toBe("one");
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId: one }));
  expect(head.VersionId).toBe(one);
  await expect(get("nonsense")).rejects.toMatchObject({ name: "NoSuchVersion" });
});

test("a delete hides the key behind a marker; removing the marker brings it back", async () => {
  await setVersioning("Enabled");
  const one = await put("one");
  const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
  await expect(get()).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(get(deleted.VersionId)).rejects.toMatchObject({
    name: "MethodNotAllowed",
    $metadata: { httpStatusCode: 405 },
  });
  expect(await get(one)).toBe("one");
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);

  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(listed.DeleteMarkers).toMatchObject([{ Key, VersionId: deleted.VersionId, IsLatest: true }]);
  expect(listed.Versions).toMatchObject([{ Key, VersionId: one, IsLatest: false, Size: 3 }]);

  const removed = await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: deleted.VersionId }));
  expect(removed).toMatchObject({ DeleteMarker: true, VersionId: deleted.VersionId });
  expect(await get()).toBe("one");
});

test("deleting the newest version makes the one before it the newest", async () => {
  await setVersioning("Enabled");
  const [one, two] = [await put("one"), await put("two")];
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: two }));
  expect(await get()).toBe("one");
  expect(await endpoint.files()).toHaveLength(1);
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: one }));
  await expect(get()).rejects.toMatchObject({ name: "NoSuchKey" });
  await s3.send(new DeleteBucketCommand({ Bucket }));
  // What was read goes when the server has closed it.
  await expect.poll(() => endpoint.files(), { timeout: 30_000 }).toEqual([]);
});

test("what was there before versioning keeps its place as version null", async () => {
  await put("before");
  await setVersioning("Enabled");
  const one = await put("one");
  expect(await get("null")).toBe("before");
  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(listed.Versions?.map((version) => version.VersionId)).toEqual([one, "null"]);
});

test("with versioning suspended, writes and deletes replace version null and leave the others", async () => {
  await setVersioning("Enabled");
  const one = await put("one");
  await setVersioning("Suspended");
  expect(await put("two")).toBe("null");
  expect(await put("three")).toBe("null");
  expect(await get()).toBe("three");
  expect(await endpoint.files()).toHaveLength(2);
  expect(await s3.send(new DeleteObjectCommand({ Bucket, Key }))).toMatchObject({
    DeleteMarker: true,
    VersionId: "null",
  });
  // What was read goes when the server has closed it.
  await expect.poll(() => endpoint.files(), { timeout: 30_000 }).toHaveLength(1);
  await expect(get()).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await get(one)).toBe("one");
});

test("DeleteObjects deletes keys and versions, and makes markers of versioned keys", async () => {
  await setVersioning("Enabled");
  const one = await put("one");
  const result = await s3.send(
    new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key }, { Key: "other" }, { Key, VersionId: one }] },
    }),
  );
  expect(result.Errors).toBeUndefined();
  expect(result.Deleted).toMatchObject([
    { Key, DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    { Key: "other", DeleteMarker: true },
    { Key, VersionId: one },
  ]);
  expect(await endpoint.files()).toEqual([]);
});

test("a bucket that holds versions or markers is not empty", async () => {
  await setVersioning("Enabled");
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: "BucketNotEmpty",
  });
});
