import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { connect } from "node:net";
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createServer, type Server } from "../../src/server/index.ts";

let server: Server;
beforeAll(async () => {
  server = await createServer({ worker: false, logLevel: "error" });
});
afterAll(() => server.close());

/** What the server says first to a request whose body waits for leave. */
function firstLine(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => {
      socket.write(`${head}\r\nhost: 127.0.0.1\r\ncontent-length: 1000000\r\nexpect: 100-continue\r\n\r\n`);
    });
    socket.once("error", reject).once("data", (data) => {
      resolve(data.toString().split("\r\n", 1)[0] ?? "");
      socket.destroy();
    });
  });
}

test.each([
  ["an object", "PUT /bucket/key HTTP/1.1", "HTTP/1.1 403 Forbidden"],
  [
    "a push (S6.2)",
    "POST /git/web.git/git-receive-pack HTTP/1.1\r\ncontent-type: application/x-git-receive-pack-request",
    "HTTP/1.1 401 Unauthorized",
  ],
])("Expect: 100-continue: the body of %s is asked for after authentication only", async (_, head, answer) => {
  expect(await firstLine(head)).toBe(answer);
});

test("Expect: 100-continue: the JSON API asks for the body, which its signature is over", async () => {
  expect(await firstLine("POST / HTTP/1.1\r\nx-amz-target: CodePipeline_20150709.ListPipelines")).toBe(
    "HTTP/1.1 100 Continue",
  );
});

test("a large upload by the SDK, which waits for leave, arrives whole", async () => {
  const { region, credentials } = server;
  const s3 = new S3Client({ endpoint: server.url, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "large" }));
  const Body = randomBytes(3 * 1024 * 1024);
  await s3.send(new PutObjectCommand({ Bucket: "large", Key: "k", Body }));
  const { Body: stored } = await s3.send(new GetObjectCommand({ Bucket: "large", Key: "k" }));
  expect(Buffer.compare(await stored!.transformToByteArray(), Body)).toBe(0);
  s3.destroy();
});

test("virtual-hosted style: all of the path is a key, also where it looks like another room", async () => {
  const { port } = new URL(server.url);
  const { region, credentials } = server;
  // Not every system resolves names below localhost.
  const httpAgent = new Agent({
    lookup: (_host, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]),
  });
  const s3 = new S3Client({
    endpoint: `http://localhost:${port}`,
    region,
    credentials,
    requestHandler: { httpAgent },
  });
  await s3.send(new CreateBucketCommand({ Bucket: "hosted" }));
  for (const Key of ["logs/today", "git/web.git/HEAD", "/begins/with/slash"]) {
    await s3.send(new PutObjectCommand({ Bucket: "hosted", Key, Body: Key }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "hosted", Key }));
    expect(await Body!.transformToString()).toBe(Key);
  }
  const deleted = await s3.send(
    new DeleteObjectsCommand({ Bucket: "hosted", Delete: { Objects: [{ Key: "logs/today" }] } }),
  );
  expect(deleted.Deleted).toEqual([{ Key: "logs/today" }]);
  s3.destroy();
});
