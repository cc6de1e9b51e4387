import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;
const Bucket = "things";

beforeEach(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  await endpoint[Symbol.asyncDispose]();
});

test("an object comes back with its bytes, type, user metadata and headers", async () => {
  const put = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: "a/b c+ü.txt",
      Body: "hello",
      ContentType: "text/plain",
      CacheControl: "max-age=60",
      ContentDisposition: "inline",
      ContentLanguage: "en",
      ContentEncoding: "gzip",
      Metadata: { colour: "blue" },
    }),
  );
  expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "a/b c+ü.txt" }));
  expect(await got.Body?.transformToString()).toBe("hello");
  expect(got).toMatchObject({
    ETag: put.ETag,
    ContentType: "text/plain",
    CacheControl: "max-age=60",
    ContentDisposition: "inline",
    ContentLanguage: "en",
    ContentEncoding: "gzip",
    ContentLength: 5,
    Metadata: { colour: "blue" },
  });
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a/b c+ü.txt" }));
  expect(head).toMatchObject({ ContentLength: 5, ETag: put.ETag, Metadata: { colour: "blue" } });
});

test("streams", async () => {
  async function* chunks() {
    for (let i = 0; i < 100; i++) yield Buffer.alloc(100_000, i);
  }
  await s3.send(
    new PutObjectCommand({ Bucket, Key: "big", Body: Readable.from(chunks()), ContentLength: 10_000_000 }),
  );
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "big" }));
  expect((await got.Body!.transformToByteArray()).length).toBe(10_000_000);
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/big` }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "big" }));
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "copy" }] } }));
  expect(await endpoint.files()).toEqual([]);
});
