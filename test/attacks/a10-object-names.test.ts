/** What no key, bucket, version or page can be called (attack A10): refused on either database, never a fault of ours. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "../support/server.ts";
import { type OddRequest, signedExchange } from "./support/signed-exchange.ts";

let server: TestServer;

beforeAll(async () => {
  server = await testServer();
  expect(await send({ method: "PUT", path: "/things" })).toMatchObject({ status: 200 });
  expect(await send({ method: "PUT", path: "/things/key", body: "hello" })).toMatchObject({ status: 200 });
});
afterAll(() => server[Symbol.asyncDispose]());

function send(request: OddRequest) {
  return signedExchange(server, request);
}

const part = "<Part><PartNumber>1</PartNumber><ETag>a</ETag></Part>";

test.each<[what: string, request: OddRequest]>([
  ["a bucket to read", { method: "GET", path: "/thi%00ngs" }],
  ["a bucket to look at", { method: "HEAD", path: "/thi%00ngs" }],
  ["a bucket to make", { method: "PUT", path: "/thi%00ngs" }],
  ["a bucket to delete", { method: "DELETE", path: "/thi%00ngs" }],
  ["an object's bucket", { method: "GET", path: "/thi%00ngs/key" }],
  ["a bucket in the host", { method: "GET", path: "/key", headers: { host: "thi%00ngs.localhost" } }],
  ["a prefix", { method: "GET", path: "/things", query: "prefix=a%00" }],
  ["a delimiter", { method: "GET", path: "/things", query: "delimiter=%00" }],
  ["a marker", { method: "GET", path: "/things", query: "marker=%00" }],
  ["a place to start after", { method: "GET", path: "/things", query: "list-type=2&start-after=%00" }],
  // base64url of NUL
  ["a page token", { method: "GET", path: "/things", query: "list-type=2&continuation-token=AA" }],
  ["a key marker of versions", { method: "GET", path: "/things", query: "versions&key-marker=%00" }],
  ["a key marker of uploads", { method: "GET", path: "/things", query: "uploads&key-marker=%00" }],
  ["a version to read", { method: "GET", path: "/things/key", query: "versionId=%00" }],
  ["a version to delete", { method: "DELETE", path: "/things/key", query: "versionId=%00" }],
  ["an upload to list", { method: "GET", path: "/things/key", query: "uploadId=%00" }],
  ["an upload to abort", { method: "DELETE", path: "/things/key", query: "uploadId=%00" }],
  ["an upload's part", { method: "PUT", path: "/things/key", query: "partNumber=1&uploadId=%00", body: "x" }],
  [
    "an upload to complete",
    {
      method: "POST",
      path: "/things/key",
      query: "uploadId=%00",
      body: `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`,
    },
  ],
  ["a copy's bucket", copyOf("/thi%00ngs/key")],
  ["a copy's key", copyOf("/things/%00")],
  ["a copy's version", copyOf("/things/key?versionId=%00")],
  ["a key to delete among others", deletionOf("<Key>a\0b</Key>")],
  ["a version to delete among others", deletionOf("<Key>key</Key><VersionId>a\0b</VersionId>")],
])("A10 NUL in %s is refused", async (_, request) => {
  const answer = await send(request);
  expect(answer.status).toBe(400);
  expect((await send({ method: "GET", path: "/things/key" })).body).toBe("hello");
});

test.each(["%0d%0aset-cookie:%20a=b", "%e2%9c%93", "", "a%20b"])(
  "A10 '%s' is the id of no version, to read or to delete",
  async (id) => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await send({ method, path: "/things/key", query: `versionId=${id}` });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain("<Code>InvalidArgument</Code>");
    }
    expect((await send({ method: "GET", path: "/things/key" })).status).toBe(200);
  },
);

function copyOf(source: string): OddRequest {
  return { method: "PUT", path: "/things/copy", headers: { "x-amz-copy-source": source } };
}

function deletionOf(members: string): OddRequest {
  const body = `<Delete><Object>${members}</Object></Delete>`;
  return { method: "POST", path: "/things", query: "delete", body };
}
