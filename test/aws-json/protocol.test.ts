import { connect } from "node:net";
import { text } from "node:stream/consumers";
import {
  CreatePipelineCommand,
  ListPipelinesCommand,
  RetryStageExecutionCommand,
  TagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onAnything } from "../../src/services/aws-json/authorization.ts";
import { AwsError } from "../../src/services/aws-json/error.ts";
import { operation } from "../../src/services/aws-json/operation.ts";
import { type PipeServer, startPipe } from "./pipe-server.ts";
import { rawCall } from "./raw-call.ts";

let server: PipeServer;
const seen: unknown[] = [];

/** Answers what it was given, and fails as it is told. */
const listPipelines = operation<{ nextToken?: string; maxResults?: number }, unknown>("ListPipelines", {
  authorization: onAnything,
  async handle(input, call) {
    seen.push(input);
    if (input.nextToken === "fault") throw new Error("the database is on fire");
    if (input.nextToken === "waiting")
      await new Promise((resolve) => call.signal().addEventListener("abort", resolve));
    return { pipelines: [], nextToken: input.nextToken };
  },
});
const tagResource = operation<{ resourceArn?: string }, unknown>("TagResource", {
  authorization: ({ resourceArn = "" }) => [{ resource: resourceArn }],
  handle: async () => ({}),
});
const retryStageExecution = operation<unknown, never>("RetryStageExecution", {
  authorization: onAnything,
  handle: async () => {
    throw new AwsError("ConflictException", "Your request cannot be handled now.");
  },
});
const deletePipeline = operation<unknown, void>("DeletePipeline", {
  authorization: onAnything,
  handle: async () => {},
});

beforeAll(async () => {
  server = await startPipe([listPipelines, tagResource, retryStageExecution, deletePipeline]);
});
afterAll(() => server[Symbol.asyncDispose]());

const LIST = "CodePipeline_20150709.ListPipelines";
const list = (body: string | Uint8Array, headers = {}) =>
  rawCall(server.url, { target: LIST, body, headers });

test("an empty body is {} (inferred: api.md §1.1)", async () => {
  expect(await list("")).toMatchObject({ status: 200, json: { pipelines: [] } });
});

test("a null member is absent (inferred: api.md §1.1)", async () => {
  expect(await list(JSON.stringify({ nextToken: null, maxResults: 7 }))).toMatchObject({ status: 200 });
  expect(seen.at(-1)).toEqual({ maxResults: 7 });
});

test("api.md §1.1: unknown members are ignored at every depth, and so are names in another case", async () => {
  const body = JSON.stringify({ maxResults: 7, other: { nextToken: [1] }, __type: "X", NextToken: [1] });
  expect(await list(body)).toMatchObject({ status: 200 });
  expect(seen.at(-1)).toEqual({ maxResults: 7 });
});

test.each(["application/x-amz-json-1.1", "application/x-amz-json-1.1; charset=utf-8", "application/json"])(
  "api.md §1.1: the content type %s is accepted",
  async (type) => {
    expect(await list("{}", { "content-type": type })).toMatchObject({ status: 200 });
  },
);

test("api.md §1.2: an answer has its type, length, date and request id", async () => {
  const { headers, text } = await list('{"nextToken":"ü"}');
  expect(headers.get("content-type")).toBe("application/x-amz-json-1.1");
  expect(headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
  expect(headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(Date.parse(headers.get("date")!)).not.toBeNaN();
});

test("api.md §1.2: no output is an empty body, an empty output is {}", async () => {
  const target = "CodePipeline_20150709.DeletePipeline";
  const none = await rawCall(server.url, { target, body: '{"name":"web"}' });
  expect(none).toMatchObject({ status: 200, text: "" });
  expect(none.headers.get("content-length")).toBe("0");
  const tags = {
    resourceArn: "arn:aws:codepipeline:us-east-1:000000000000:web",
    tags: [{ key: "a", value: "" }],
  };
  const empty = await rawCall(server.url, {
    target: "CodePipeline_20150709.TagResource",
    body: JSON.stringify(tags),
  });
  expect(empty).toMatchObject({ status: 200, text: "{}" });
});

test("api.md §1.3: ConflictException is 409, its model says so", async () => {
  const call = server.client.send(
    new RetryStageExecutionCommand({
      pipelineName: "web",
      stageName: "Build",
      pipelineExecutionId: "3c8cb4bd-5b1f-4a3e-9d0b-3f9d4f1f7a11",
      retryMode: "ALL_ACTIONS",
    }),
  );
  await expect(call).rejects.toMatchObject({
    name: "ConflictException",
    message: "Your request cannot be handled now.",
    $metadata: { httpStatusCode: 409 },
  });
});

test("api.md §1.3: a fault of ours is 500 without a word, logged by request id", async () => {
  const { status, json, headers } = await list('{"nextToken":"fault"}');
  expect({ status, json }).toEqual({ status: 500, json: { __type: "InternalFailure" } });
  const line = server.logged.find((text) => text.includes(headers.get("x-amzn-requestid")!));
  expect(JSON.parse(line!)).toMatchObject({ err: { message: "the database is on fire" } });
});

test("api.md §1.3: a target that names no operation is UnknownOperationException", async () => {
  const answer = await rawCall(server.url, { target: "CodePipeline_20150709.ListNothing", body: "{}" });
  expect(answer).toMatchObject({ status: 400, json: { __type: "UnknownOperationException" } });
});

test("an operation that a service doesn't have answers 501 and names itself, never success", async () => {
  const call = server.client.send(new CreatePipelineCommand({ pipeline: undefined }));
  await expect(call).rejects.toMatchObject({
    name: "NotImplementedException",
    message: "CreatePipeline is not implemented in Millrace 0.0.0-test.",
    $metadata: { httpStatusCode: 501 },
  });
});

test.each([
  [{ authorization: false as const }, "MissingAuthenticationTokenException", "Missing Authentication Token"],
  [
    { authorization: "AWS4-HMAC-SHA256 Credential=" },
    "IncompleteSignatureException",
    /requires 'Signature' parameter/,
  ],
  [{ signedAt: new Date("2020-01-01T00:00:00Z") }, "InvalidSignatureException", /^Signature expired: 2020/],
])("api.md §1.3: a bad signature %j is %s", async (parts, __type, message) => {
  const answer = await rawCall(server.url, { target: LIST, body: "{}", ...parts });
  const expected = typeof message === "string" ? message : expect.stringMatching(message);
  expect(answer).toMatchObject({ status: 400, json: { __type, message: expected } });
});

test("the signature is checked before the body, the body before its limits (inferred: api.md §1.4)", async () => {
  const bad = await rawCall(server.url, { target: LIST, body: "{", authorization: false });
  expect(bad.json).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  const both = await list('{"maxResults":0,"nextToken":1}');
  expect(both.json).toMatchObject({ __type: "SerializationException" });
});

test("limits are checked before rights, and rights before the operation (inferred: api.md §1.4)", async () => {
  const foreign = "arn:aws:codepipeline:us-east-1:111122223333:web";
  const send = (tags: { key: string; value: string }[]) =>
    server.client.send(new TagResourceCommand({ resourceArn: foreign, tags }));
  await expect(send([{ key: "", value: "" }])).rejects.toMatchObject({ name: "ValidationException" });
  await expect(send([{ key: "a", value: "" }])).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `User: arn:aws:iam::000000000000:root is not authorized to perform: codepipeline:TagResource on resource: ${foreign} because no identity-based policy allows the codepipeline:TagResource action`,
  });
});

test.each([
  ["broken JSON", "{"],
  ["no object", "[]"],
  ["text", '"x"'],
  ["bytes that aren't UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ["A8: __proto__", '{"__proto__":{"polluted":true}}'],
  ["A8: __proto__ below", '{"x":[{"__proto__":1}]}'],
  ["A8: a name twice", '{"nextToken":"a","nextToken":"b"}'],
  ["A8: a name twice, written in two ways", '{"nextToken":"a","next\\u0054oken":"b"}'],
  ["A8: 10,000 levels", `{"x":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
  ["A8: 65 levels", `{"x":${"[".repeat(64)}${"]".repeat(64)}}`],
  ["A8: 1e400", '{"maxResults":1e400}'],
  ["A8: a lone surrogate", '{"nextToken":"\\ud800"}'],
  ["A8: NUL", '{"nextToken":"\\u0000"}'],
  ["a number for a string", '{"nextToken":1}'],
  ["a string for a number", '{"maxResults":"1"}'],
  ["a fraction for a whole number", '{"maxResults":1.5}'],
  ["a list for a string", '{"nextToken":[]}'],
  ["a structure for a string", '{"nextToken":{}}'],
])("%s is a SerializationException (api.md §1.1, §1.3)", async (_, body) => {
  const { status, json } = await list(body);
  expect(status).toBe(400);
  expect(json).toEqual({ __type: "SerializationException", Message: expect.any(String) });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("A8: 64 levels are read, and colons, quotes and backslashes in strings count for nothing", async () => {
  const deep = `{"x":${"[".repeat(63)}${"]".repeat(63)}}`;
  const texts = JSON.stringify({ a: ':"\\:', b: "\\\\", "c:\\": { ':"': "{" } });
  for (const body of [deep, texts]) expect(await list(body)).toMatchObject({ status: 200 });
});

test("a wrong type is told with its place", async () => {
  const target = "CodePipeline_20150709.TagResource";
  const body = JSON.stringify({ resourceArn: "x", tags: [{ key: "a" }, { key: 7 }] });
  expect((await rawCall(server.url, { target, body })).json).toMatchObject({
    Message: "NUMBER_VALUE can not be converted to a String (at 'tags.2.member.key')",
  });
});

test("api.md §1.1: a body over 1 MiB gets to see 413", async () => {
  const body = JSON.stringify({ nextToken: "x".repeat(1024 * 1024) });
  expect(await list(body)).toMatchObject({ status: 413, json: { __type: "RequestEntityTooLargeException" } });
  expect(await list(JSON.stringify({ nextToken: "x".repeat(2_000) }))).toMatchObject({ status: 200 });
});

test("A25: a body without end is cut off", async () => {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: ${LIST}\r\ncontent-length: 1000000000\r\n\r\n`);
  const chunk = Buffer.alloc(256 * 1024, " ");
  const feed = () => {
    while (socket.writable && socket.write(chunk));
  };
  socket.on("drain", feed);
  feed();
  expect(await text(socket).catch(() => "HTTP/1.1 413")).toMatch(/^HTTP\/1.1 413/);
});

test("a caller that hangs up in the middle of its body leaves nothing behind", async () => {
  const before = seen.length;
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: ${LIST}\r\ncontent-length: 100\r\n\r\n{`);
  socket.end();
  socket.resume();
  await new Promise((resolve) => socket.once("close", resolve));
  expect(await server.client.send(new ListPipelinesCommand({}))).toMatchObject({ pipelines: [] });
  expect(seen.length).toBe(before + 1);
  expect(server.logged.filter((line) => line.includes("aborted"))).toEqual([]);
});

test("what waits is ended when its caller hangs up", async () => {
  const controller = new AbortController();
  const call = server.client.send(new ListPipelinesCommand({ nextToken: "waiting" }), {
    abortSignal: controller.signal,
  });
  setTimeout(() => controller.abort(), 20);
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("any credentials do, where the server was told so", async () => {
  await using open = await startPipe([listPipelines], { allowAnyCredentials: true });
  const client = open.clientWith({ credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  expect(await client.send(new ListPipelinesCommand({}))).toMatchObject({ pipelines: [] });
});
