import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CodePipelineClient, ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigurationError, createServer, DataDirectoryInUseError } from "../../src/server/index.ts";
import { type TestServer, testServer } from "../support/server.ts";

let shared: TestServer;
beforeAll(async () => {
  shared = await testServer();
});
afterAll(() => shared[Symbol.asyncDispose]());

test("createServer() answers the SDK, and leaves nothing when it is closed", async () => {
  const server = await createServer();
  const client = new CodePipelineClient({
    endpoint: server.url,
    region: server.region,
    credentials: server.credentials,
  });
  expect((await client.send(new ListPipelinesCommand({}))).pipelines).toEqual([]);
  await Promise.all([server.close(), server.close()]);
  expect(existsSync(server.dataDir)).toBe(false);
  await expect(fetch(server.url)).rejects.toThrow();
});

test("GetCallerIdentity tells who signed", async () => {
  const sts = new STSClient(shared.config);
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: "000000000000",
    Arn: "arn:aws:iam::000000000000:root",
    UserId: "000000000000",
  });
});

test("STS tells its errors in XML", async () => {
  const wrong = new STSClient({
    ...shared.config,
    credentials: { accessKeyId: "AKIAOTHER", secretAccessKey: "x" },
  });
  await expect(wrong.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: "InvalidClientTokenId",
    message: "The security token included in the request is invalid.",
    $metadata: { httpStatusCode: 403 },
  });
  const unsigned = await fetch(shared.server.url, {
    method: "POST",
    body: new URLSearchParams({ Action: "X" }),
  });
  expect(unsigned.status).toBe(403);
  expect(await unsigned.text()).toContain("<Code>MissingAuthenticationToken</Code>");
});

test("operators see health, readiness and metrics", async () => {
  const { url } = shared.server;
  expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");
  expect(await (await fetch(`${url}/readyz`)).text()).toBe("ready\n");
  await new CodePipelineClient(shared.config).send(new ListPipelinesCommand({}));
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain(
    'millrace_requests_total{route="aws-json",operation="codepipeline:ListPipelines",status="200"} 1',
  );
  expect(metrics).toContain("millrace_jobs_queued");
  expect(metrics).toContain("process_resident_memory_bytes");
  expect((await fetch(`${url}/healthz`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${url}/healthz/x`)).status).toBe(404);
});

/** What the listener answers to bytes that no client would send. */
async function answerTo(request: string): Promise<string> {
  const socket = connect(Number(new URL(shared.server.url).port), "127.0.0.1");
  socket.write(request);
  return text(socket);
}

test.each([
  ["GET http://127.0.0.1/healthz HTTP/1.1\r\nhost: x", "HTTP/1.1 400"],
  ["GET //healthz HTTP/1.1\r\nhost: x", "HTTP/1.1 400"],
  ["GET /%2e%2e/healthz HTTP/1.1\r\nhost: x", "HTTP/1.1 400"],
  ["GET /../healthz HTTP/1.1\r\nhost: x.", "HTTP/1.1 400"],
  ["POST /webhooks/1 HTTP/1.1\r\nhost: x\r\ncontent-length: 0", "HTTP/1.1 404"],
  ["POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: Other.X\r\ncontent-length: 0", "HTTP/1.1 404"],
  [
    "PATCH / HTTP/1.1\r\nhost: x\r\nx-amz-target: CodePipeline_20150709.ListPipelines\r\ncontent-length: 0",
    "HTTP/1.1 404",
  ],
  ["BREW /pot HTTP/1.1\r\nhost: x", "HTTP/1.1 400"],
  [`GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(40_000)}`, "HTTP/1.1 431"],
])("A9, A25: %s", async (head, status) => {
  const answer = await answerTo(`${head}\r\nconnection: close\r\n\r\n`);
  expect(answer.slice(0, status.length)).toBe(status);
});

test("without target, by another method or path, no answer is JSON (inferred: api.md §1.3)", async () => {
  const target = { "x-amz-target": "CodePipeline_20150709.ListPipelines" };
  const to = (method: string, path: string, headers: Record<string, string> = target) =>
    fetch(shared.server.url + path, { method, headers, ...(method !== "GET" && { body: "{}" }) });
  for (const [answer, status] of [
    [await to("POST", "/", {}), 404],
    [await to("POST", "/", { "x-amz-target": "" }), 404],
    [await to("GET", "/"), 404],
    [await to("PUT", "/"), 404],
    // Paths are buckets, and this one isn't signed for S3.
    [await to("POST", "/CodePipeline_20150709.ListPipelines"), 403],
  ] as const) {
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type") ?? "").not.toContain("json");
    expect(await answer.text()).toMatch(/^($|<)/);
  }
});

test("a dead end has a request id and no body", async () => {
  const answer = await fetch(`${shared.server.url}/console`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  expect(await answer.text()).toBe("");
});

test("a second server on one data directory is refused, and the first goes on", async () => {
  await expect(createServer({ dataDir: shared.server.dataDir })).rejects.toThrow(DataDirectoryInUseError);
  expect((await fetch(`${shared.server.url}/readyz`)).status).toBe(200);
});

test("a data directory keeps its key and is free again after the server's end", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-server-"));
  try {
    const first = await createServer({ dataDir });
    const { credentials } = first;
    expect(JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"))).toEqual(credentials);
    expect(JSON.parse(await readFile(join(dataDir, "server.json"), "utf8"))).toMatchObject({
      url: first.url,
    });
    await first.close();
    expect(existsSync(join(dataDir, "server.json"))).toBe(false);
    const second = await createServer({ dataDir });
    expect(second.credentials).toEqual(credentials);
    await second.close();
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test("a failed start lets go of everything", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-server-"));
  try {
    const port = Number(new URL(shared.server.url).port);
    await expect(createServer({ dataDir, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await using server = await createServer({ dataDir });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test.each([
  [{ port: 70_000 }, "port", /whole number from 0 to 65535, got 70000/],
  [{ maxConcurrentExecutions: 0 }, "maxConcurrentExecutions", /from 1 to 10000, got 0/],
  [{ publicUrl: "ftp://x" }, "publicUrl", /http or https URL without a query, got 'ftp:\/\/x'/],
  [{ databaseUrl: "mysql://x" }, "databaseUrl", /postgres:\/\//],
  [
    { allowAnyCredentials: true, host: "0.0.0.0" },
    "allowAnyCredentials",
    /listen on 127\.0\.0\.1, or force it/,
  ],
])("the option %j is refused by name", async (options, option, message) => {
  const error = await createServer(options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ option, message: expect.stringMatching(message) });
});

test("decision 7: any credentials do on loopback, and where it is forced", async () => {
  await using server = await createServer({
    allowAnyCredentials: true,
    force: true,
    host: "0.0.0.0",
    worker: false,
  });
  const client = new CodePipelineClient({
    endpoint: server.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  expect((await client.send(new ListPipelinesCommand({}))).pipelines).toEqual([]);
});
