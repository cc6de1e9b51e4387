import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { exchange, signedHead } from "./support/raw.ts";

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

function putRaw(path: string) {
  return exchange(
    endpoint.port,
    signedHead({ method: "PUT", path, headers: { "content-length": "5" } }, endpoint.port).head,
    "hello",
  );
}

test.each([
  ["that climbs", "/things/../../etc/passwd"],
  ["that climbs, escaped", "/things/%2e%2e/%2e%2e/etc/passwd"],
  ["that climbs, escaped whole", "/things/..%2f..%2fmillrace-escaped"],
  ["with empty and dot segments", "/things/./a//b/"],
  ["that begins with a slash", "/things//leading"],
  ["with backslashes", "/things/%5c..%5cwindows"],
  ["that is a dot", "/things/."],
  ["with control characters", "/things/a%0d%0ab%01"],
  ["of 1,024 bytes in fewer characters", `/things/${"%C3%BC".repeat(512)}`],
])("A10 a key %s stays an opaque name inside the store's folder", async (_, path) => {
  const before = await readdir(tmpdir());
  expect((await putRaw(path)).status).toBe(200);
  const Key = decodeURIComponent(path.slice("/things/".length));
  expect((await endpoint.objects.head("000000000000", Bucket, Key))?.key).toBe(Key);
  expect(await endpoint.files()).toEqual([expect.stringMatching(/^[0-9a-f-]{32}$/)]);
  expect((await readdir(tmpdir())).filter((name) => name.includes("escaped"))).toEqual([]);
  expect(before).not.toContain("millrace-escaped");
  const got = await exchange(endpoint.port, signedHead({ method: "GET", path }, endpoint.port).head);
  expect(got).toMatchObject({ status: 200, body: "hello" });
});

test.each([
  ["of more than 1,024 bytes", `/things/${"x".repeat(1025)}`, "KeyTooLongError"],
  ["of 2,000 bytes in fewer characters", `/things/${"%E2%82%AC".repeat(667)}`, "KeyTooLongError"],
  ["with NUL", "/things/a%00b", "InvalidURI"],
  ["that is no UTF-8", "/things/%ff%fe", "InvalidURI"],
  ["with a broken escape", "/things/%zz", "InvalidURI"],
])("A10 a key %s is refused and leaves nothing", async (_, path, code) => {
  const response = await putRaw(path);
  expect(response.status).toBe(400);
  expect(response.body).toContain(`<Code>${code}</Code>`);
  expect(await endpoint.files()).toEqual([]);
  expect(await endpoint.store.read.selectFrom("object_version").selectAll().execute()).toEqual([]);
});

test("a key of 1,024 bytes is an object as any other", async () => {
  const Key = "k".repeat(1024);
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))).KeyCount).toBe(1);
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
});

test("keys that only differ in case or in form of their letters are different objects", async () => {
  const keys = ["a", "A", "\u00fc", "u\u0308", "__proto__", "constructor"];
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  for (const Key of keys) {
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe(Key);
  }
});
