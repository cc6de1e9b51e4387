import { expect, test } from "vitest";
import type { Job } from "../../../src/worker/protocol.ts";
import { lambdaInvoke } from "../../../src/worker/rules/lambda-invoke.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { type Answer, KEYS, outside, type Received } from "../support/outside.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

async function invoke(
  settings: Readonly<Record<string, string>>,
  configuration: Readonly<Record<string, string>> = { FunctionName: "check" },
  job: Partial<Job> = {},
) {
  const world = await fakeTools(folder);
  const outcome = lambdaInvoke.run(
    fakeJob({
      actionTypeId: { category: "Rule", owner: "AWS", provider: "LambdaInvoke", version: "1" },
      condition: "BEFORE_ENTRY",
      region: "eu-west-1",
      settings,
      configuration,
      ...job,
    }),
    world.tools,
  );
  return { ...world, outcome };
}

/** A Lambda that answers so, and what it was sent. */
async function lambda(answer: Answer | ((received: Received, count: number) => Answer | undefined)) {
  const service = await outside(typeof answer === "function" ? answer : () => answer);
  return {
    ...service,
    settings: { "endpoint.lambda": service.url, "credentials.lambda": JSON.stringify(KEYS) },
  };
}

test("P9 the function is invoked synchronously with P7.1's event, signed for the job's region", async () => {
  const { settings, received } = await lambda({ body: '{"verdict":"fine"}' });
  const { outcome } = await invoke(
    settings,
    { FunctionName: "check:live", UserParameters: "a b" },
    {
      id: "job-1",
      inputArtifacts: [
        { name: "Code", bucket: "artifacts", key: "app/Code/1", revision: "c0ffee" },
        { name: "Plan", bucket: "artifacts", key: "app/Plan/1" },
      ],
      artifactCredentials: {
        accessKeyId: "ASIA1",
        secretAccessKey: "s",
        sessionToken: "t",
        expires: 1_790_000,
      },
      encryptionKey: { id: "k", type: "KMS" },
    },
  );
  expect(await outcome).toEqual({ kind: "done", summary: '{"verdict":"fine"}' });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    method: "POST",
    path: "/2015-03-31/functions/check%3Alive/invocations",
    signedBy: "AKIDOUTSIDE/eu-west-1/lambda",
    headers: { "x-amz-invocation-type": "RequestResponse", "content-type": "application/json" },
  });
  expect(JSON.parse(received[0]?.body ?? "")).toEqual({
    "CodePipeline.job": {
      id: "job-1",
      accountId: "000000000000",
      data: {
        actionConfiguration: { configuration: { FunctionName: "check:live", UserParameters: "a b" } },
        inputArtifacts: [
          {
            name: "Code",
            location: { type: "S3", s3Location: { bucketName: "artifacts", objectKey: "app/Code/1" } },
            revision: "c0ffee",
          },
          {
            name: "Plan",
            location: { type: "S3", s3Location: { bucketName: "artifacts", objectKey: "app/Plan/1" } },
            revision: null,
          },
        ],
        outputArtifacts: [],
        artifactCredentials: {
          accessKeyId: "ASIA1",
          secretAccessKey: "s",
          sessionToken: "t",
          expirationTime: 1_790_000,
        },
        encryptionKey: { id: "k", type: "KMS" },
      },
    },
  });
});

test("P7.1 UserParameters is absent when it wasn't given", async () => {
  const { settings, received } = await lambda({ body: "null" });
  await (await invoke(settings)).outcome;
  expect(JSON.parse(received[0]?.body ?? "")["CodePipeline.job"].data.actionConfiguration).toEqual({
    configuration: { FunctionName: "check" },
  });
});

test("P9 a function that errors fails the rule with its errorMessage", async () => {
  const { settings } = await lambda({
    headers: { "x-amz-function-error": "Unhandled" },
    body: '{"errorMessage":"3 alarms are on","errorType":"Error"}',
  });
  expect(await (await invoke(settings)).outcome).toEqual({
    kind: "failed",
    type: "JobFailed",
    message: "Lambda function check failed: 3 alarms are on",
  });
});

test("P9 an error that is no JSON is shown as it is", async () => {
  const { settings } = await lambda({ headers: { "x-amz-function-error": "Unhandled" }, body: "boom" });
  expect(await (await invoke(settings)).outcome).toMatchObject({
    message: "Lambda function check failed: boom",
  });
});

test.each<[number, string, string]>([
  [404, "ConfigurationError", "The AWS Lambda function check can't be found"],
  [
    403,
    "PermissionError",
    "The provided role does not have permission to invoke the AWS Lambda function check",
  ],
  [400, "ConfigurationError", "The AWS Lambda function check could not be invoked: 400 no"],
])("P7.6 an answer %i is a %s", async (status, type, message) => {
  const { settings, received } = await lambda({ status, body: "no" });
  await expect((await invoke(settings)).outcome).rejects.toMatchObject({ type, message });
  expect(received).toHaveLength(1);
});

test("P7.6 a throttled invocation is tried again", async () => {
  const { settings, received } = await lambda((_, count) => (count === 1 ? { status: 429 } : { body: "1" }));
  expect(await (await invoke(settings)).outcome).toEqual({ kind: "done", summary: "1" });
  expect(received).toHaveLength(2);
});

test("P7.6 an invocation whose answer was lost isn't repeated: it may have happened", async () => {
  const { settings, received } = await lambda(() => undefined);
  await expect((await invoke(settings)).outcome).rejects.toMatchObject({
    type: "SystemUnavailable",
    message: "AWS Lambda could not be reached: ECONNRESET",
  });
  expect(received).toHaveLength(1);
});

test("P0.11 a refused connection is tried again, then the service is unavailable", async () => {
  await expect(
    (await invoke({ "endpoint.lambda": "http://127.0.0.1:1", "credentials.lambda": JSON.stringify(KEYS) }))
      .outcome,
  ).rejects.toMatchObject({
    type: "SystemUnavailable",
    message: "AWS Lambda could not be reached: ECONNREFUSED",
  });
});

test.each([
  ["check", "/2015-03-31/functions/check/invocations"],
  ["check:live", "/2015-03-31/functions/check/invocations"],
  ["arn:aws:lambda:eu-west-1:000000000000:function:check:7", "/2015-03-31/functions/check/invocations"],
])("P7.2 a local function by its setting: %s", async (FunctionName, path) => {
  const { url, received } = await outside(() => ({ body: "ok" }));
  const { outcome } = await invoke(
    { "functions.check": url, "endpoint.lambda": "http://127.0.0.1:1" },
    { FunctionName },
  );
  expect(await outcome).toEqual({ kind: "done", summary: "ok" });
  expect(received[0]).toMatchObject({ path, signedBy: undefined });
});

test("P7.2 a local function's URL that has a path is posted to as it is", async () => {
  const { url, received } = await outside(() => ({}));
  expect(await (await invoke({ "functions.check": `${url}/run/check` })).outcome).toEqual({
    kind: "done",
    summary: "",
  });
  expect(received[0]?.path).toBe("/run/check");
});

test("P0.9 a setting that was removed since the pipeline was made", async () => {
  await expect((await invoke({})).outcome).rejects.toMatchObject({
    type: "ConfigurationError",
    message: "Missing: endpoint.lambda. See docs/providers.md#rule-lambdainvoke.",
  });
});

test("P0.13 a rule that is no longer wanted breaks off its call", async () => {
  const called = Promise.withResolvers<void>();
  const { url } = await outside(async () => {
    called.resolve();
    await new Promise(() => undefined);
    return {};
  });
  const { outcome, stop } = await invoke({ "functions.check": url });
  await called.promise;
  stop();
  await expect(outcome).rejects.toThrow("stopped");
});

test("P0.8 which settings a function needs", () => {
  const settings = (FunctionName: string) => lambdaInvoke.declaration.settings?.({ FunctionName });
  expect(settings("check:live")).toEqual([["functions.check", "endpoint.lambda"]]);
  expect(settings("#{variables.name}")).toEqual([["functions.*", "endpoint.lambda"]]);
});
