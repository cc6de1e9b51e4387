import { expect, test } from "vitest";
import type { Job } from "../../../src/worker/protocol.ts";
import { lambda } from "../../../src/worker/providers/lambda.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { type Answer, KEYS, outside } from "../support/outside.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

/** Runs one job, whose function's host answers so. */
async function invoked(answer: Answer | undefined, job: Partial<Job> = {}, local = false) {
  const service = await outside(() => answer);
  const world = await fakeTools(folder);
  const settings: Job["settings"] = local
    ? { "functions.resize": service.url }
    : { "endpoint.lambda": service.url, "credentials.lambda": JSON.stringify(KEYS) };
  const outcome = lambda.run(
    fakeJob({
      id: "job-1",
      actionTypeId: { category: "Invoke", owner: "AWS", provider: "Lambda", version: "1" },
      region: "eu-west-1",
      settings,
      configuration: { FunctionName: "resize:live", UserParameters: "small" },
      ...job,
    }),
    world.tools,
  );
  return { ...world, outcome, received: service.received };
}

test("P7.1 the function is invoked asynchronously, with the token and the places of its outputs", async () => {
  const { outcome, received } = await invoked(
    { status: 202 },
    {
      continuationToken: "half",
      outputArtifacts: [{ name: "Small", bucket: "artifacts", key: "app/Small/1" }],
    },
  );
  expect(await outcome).toEqual({ kind: "parked" });
  expect(received).toMatchObject([
    {
      path: "/2015-03-31/functions/resize%3Alive/invocations",
      signedBy: "AKIDOUTSIDE/eu-west-1/lambda",
      headers: { "x-amz-invocation-type": "Event" },
    },
  ]);
  const { "CodePipeline.job": event } = JSON.parse(received[0]!.body);
  expect(Object.keys(event).sort()).toEqual(["accountId", "data", "id"]);
  expect(event).toMatchObject({
    id: "job-1",
    data: {
      continuationToken: "half",
      actionConfiguration: { configuration: { FunctionName: "resize:live", UserParameters: "small" } },
      outputArtifacts: [
        {
          name: "Small",
          location: { type: "S3", s3Location: { bucketName: "artifacts", objectKey: "app/Small/1" } },
        },
      ],
    },
  });
});

test("P7.2 a function's own server is asked without a signature", async () => {
  const { outcome, received } = await invoked({ body: '"what it returns is ignored"' }, {}, true);
  expect(await outcome).toEqual({ kind: "parked" });
  expect(received).toMatchObject([{ path: "/2015-03-31/functions/resize/invocations", signedBy: undefined }]);
});

test("P7.3 an error that is answered at once fails the action", async () => {
  const headers = { "x-amz-function-error": "Unhandled" };
  const { outcome } = await invoked({ headers, body: '{"errorMessage":"too large"}' }, {}, true);
  expect(await outcome).toEqual({
    kind: "failed",
    type: "JobFailed",
    message: "Lambda function resize:live failed: too large",
  });
});

test.each<[Answer | undefined, string, string]>([
  [{ status: 404 }, "ConfigurationError", "The AWS Lambda function resize:live can't be found"],
  [
    { status: 403 },
    "PermissionError",
    "The provided role does not have permission to invoke the AWS Lambda function resize:live",
  ],
  [undefined, "SystemUnavailable", "AWS Lambda could not be reached: ECONNRESET"],
])("P7.6 not delivered, for %j: a %s, and invoked once", async (answer, type, message) => {
  const { outcome, received } = await invoked(answer);
  await expect(outcome).rejects.toMatchObject({ type, message });
  expect(received).toHaveLength(1);
});

test.each([500, 502, 504])(
  "P7.6 a function's own server that answers %i has invoked it: once",
  async (status) => {
    const { outcome, received } = await invoked({ status, body: "Runtime exited" }, {}, true);
    await expect(outcome).rejects.toMatchObject({
      type: "SystemUnavailable",
      message: `The AWS Lambda function resize:live could not be invoked: ${status} Runtime exited`,
    });
    expect(received).toHaveLength(1);
  },
);

test("P7.2 a name that comes of a variable leads to no other path", async () => {
  // As a variable of the environment gives it: MILLRACE_FUNCTIONS_A____B.
  const service = await outside(() => ({}));
  const { received } = service;
  const { tools } = await fakeTools(folder);
  const FunctionName = "a/../b";
  await lambda.run(
    fakeJob({ settings: { [`functions.${FunctionName}`]: service.url }, configuration: { FunctionName } }),
    tools,
  );
  expect(received.map(({ path }) => path)).toEqual(["/2015-03-31/functions/a%2F..%2Fb/invocations"]);
});
