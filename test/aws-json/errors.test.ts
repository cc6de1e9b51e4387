/** Errors as they go over the wire, and what clients make of them. */
import * as schemas from "@aws-sdk/client-codepipeline";
import { ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onAnything } from "../../src/services/aws-json/authorization.ts";
import { AwsError } from "../../src/services/aws-json/error.ts";
import { operation } from "../../src/services/aws-json/operation.ts";
import { ACCOUNT, type PipeServer, ROOT, startPipe } from "./pipe-server.ts";
import { rawCall } from "./raw-call.ts";

/** What the next call is refused with: code, message, status. */
const refusals: ConstructorParameters<typeof AwsError>[] = [];
const listPipelines = operation<unknown, unknown>("ListPipelines", {
  authorization: onAnything,
  async handle() {
    const refusal = refusals.shift();
    if (refusal !== undefined) throw new AwsError(...refusal);
    return { pipelines: [] };
  },
});

let server: PipeServer;
beforeAll(async () => {
  server = await startPipe([listPipelines]);
});
afterAll(() => server[Symbol.asyncDispose]());

const LIST = "CodePipeline_20150709.ListPipelines";
const list = (parts: Parameters<typeof rawCall>[1] = {}) =>
  rawCall(server.url, { target: LIST, body: "{}", ...parts });
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test("api.md §1.3: the bare shape name, then the message in lower case, with the headers of any answer", async () => {
  refusals.push(["PipelineNotFoundException", "Account 'ü' does not have a pipeline with name 'x'"]);
  const { status, headers, text } = await list();
  expect({ status, text }).toEqual({
    status: 400,
    text: `{"__type":"PipelineNotFoundException","message":"Account 'ü' does not have a pipeline with name 'x'"}`,
  });
  expect(headers.get("content-type")).toBe("application/x-amz-json-1.1");
  expect(headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
  expect(headers.get("x-amzn-requestid")).toMatch(UUID);
  expect(Date.parse(headers.get("date") ?? "")).not.toBeNaN();
});

test("api.md §1.2: every answer has a request id of its own", async () => {
  const answers = [
    await list(),
    await list({ body: "{" }),
    await list({ authorization: false }),
    await list({ body: "x".repeat(1024 * 1024 + 1) }),
    await list({ target: "CodePipeline_20150709.Nothing" }),
    await list({ target: "CodePipeline_20150709.CreatePipeline", body: "{}" }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 413, 400, 501]);
  const ids = answers.map(({ headers }) => headers.get("x-amzn-requestid") ?? "");
  expect(ids.filter((id) => !UUID.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

/** The errors that the model has. */
const modelled = Object.entries(schemas)
  .filter(([name]) => /Exception\$$/.test(name))
  .map(([name]) => name.slice(0, -1));

test("api.md §1.3: errors of the model are 400, ConflictException alone is 409", async () => {
  expect(modelled.length).toBeGreaterThan(30);
  expect(modelled).toContain("ConflictException");
  for (const code of modelled) {
    refusals.push([code, "told"]);
    expect(await list(), code).toMatchObject({
      status: code === "ConflictException" ? 409 : 400,
      json: { __type: code, message: "told" },
    });
  }
});

test.each([
  [
    "an unknown access key",
    { credentials: { ...ROOT, accessKeyId: "AKIANOBODY" } },
    "UnrecognizedClientException",
    /^The security token included in the request is invalid\.$/,
  ],
  [
    "another secret",
    { credentials: { ...ROOT, secretAccessKey: "other" } },
    "InvalidSignatureException",
    /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key/,
  ],
  [
    "a clock that is ahead",
    { signedAt: new Date(Date.now() + 3_600_000) },
    "InvalidSignatureException",
    /^Signature not yet current: /,
  ],
  [
    "another service's scope",
    { service: "s3" },
    "InvalidSignatureException",
    /^Credential should be scoped to correct service: 'codepipeline'\.?/,
  ],
  ["a header that isn't one", { authorization: "Bearer x" }, "IncompleteSignatureException", /./],
] as const)("api.md §1.3: %s is 400 %s", async (_, parts, __type, message) => {
  expect(await list(parts)).toMatchObject({
    status: 400,
    json: { __type, message: expect.stringMatching(message) },
  });
});

test("api.md §1.3: temporary credentials that ended are 400 ExpiredTokenException", async () => {
  const credentials = server.access.issueJobCredentials({
    ...{ account: ACCOUNT, region: "us-east-1", jobId: "j", read: [], write: [] },
    actionExecutionId: "a",
    expires: Date.now() - 1,
  });
  expect(await list({ credentials })).toMatchObject({
    status: 400,
    json: {
      __type: "ExpiredTokenException",
      message: "The security token included in the request is expired",
    },
  });
});

test("api.md §1.3: UnknownOperationException and ThrottlingException go without a message", async () => {
  expect((await list({ target: "CodePipeline_20150709.Nothing" })).text).toBe(
    '{"__type":"UnknownOperationException"}',
  );
  refusals.push(["ThrottlingException", ""]);
  expect(await list()).toMatchObject({ status: 400, text: '{"__type":"ThrottlingException"}' });
});

test.each([
  ["ThrottlingException", "", 400],
  ["InternalFailure", "", 500],
  ["ServiceUnavailableException", "", 503],
] as const)("api.md §1.5: the SDK asks again after %s", async (...refusal) => {
  refusals.push([...refusal]);
  const client = server.clientWith({ maxAttempts: 2 });
  const { pipelines, $metadata } = await client.send(new ListPipelinesCommand({}));
  expect({ pipelines, attempts: $metadata.attempts }).toEqual({ pipelines: [], attempts: 2 });
  client.destroy();
});
