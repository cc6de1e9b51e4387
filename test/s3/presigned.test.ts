import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;
const Bucket = "things";
const Key = "a/b c.txt";

beforeAll(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
});
beforeEach(async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

test("a presigned PUT takes a body, and a presigned GET gives it back", async () => {
  const putUrl = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key, Metadata: { colour: "blue" } }));
  expect((await fetch(putUrl, { method: "PUT", body: "hello" })).status).toBe(200);
  const getUrl = await getSignedUrl(
    s3,
    new GetObjectCommand({
      Bucket,
      Key,
      ResponseContentType: "text/html",
      ResponseContentDisposition: "inline",
    }),
  );
  const got = await fetch(getUrl);
  expect(await got.text()).toBe("hello");
  expect(got.headers.get("content-type")).toBe("text/html");
  expect(got.headers.get("content-disposition")).toBe("inline");
  expect(got.headers.get("x-amz-meta-colour")).toBe("blue");
});

test("a presigned URL is good for its method, its key and its time", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
  const codeOf = async (response: Promise<Response>) =>
    /<Code>(.*)<\/Code>/.exec(await (await response).text())?.[1];
  expect(await codeOf(fetch(url, { method: "DELETE" }))).toBe("SignatureDoesNotMatch");
  expect(await codeOf(fetch(url.replace("b%20c", "other")))).toBe("SignatureDoesNotMatch");
  expect(await codeOf(fetch(`${url}&response-content-type=text/html`))).toBe("SignatureDoesNotMatch");
  endpoint.clockOffset = 61_000;
  const late = await fetch(url);
  expect(late.status).toBe(403);
  expect(await codeOf(Promise.resolve(late))).toBe("AccessDenied");
});

test.each([
  ["a value with a line break", { colour: "blue\r\nx-evil: 1" }],
  ["a value beyond latin1", { colour: "✓" }],
  ["a name with a line break", { "co\nlour": "blue" }],
])("metadata in the query is held to what headers can have: %s", async (_, Metadata) => {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key, Metadata }));
  const response = await fetch(url, { method: "PUT", body: "evil" });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("<Code>InvalidArgument</Code>");
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await got.Body?.transformToString()).toBe("hello");
});

test("header values in response-… parameters are held to what headers can have", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
  const url = await getSignedUrl(
    s3,
    new GetObjectCommand({ Bucket, Key, ResponseContentType: "a\r\nx-evil: 1" }),
  );
  const response = await fetch(url);
  expect(response.status).toBe(400);
  expect(response.headers.get("x-evil")).toBeNull();
});
