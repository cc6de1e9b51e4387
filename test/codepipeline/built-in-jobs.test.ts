import {
  AcknowledgeJobCommand,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  GetPipelineStateCommand,
  PollForJobsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpJobClient } from "../../src/worker/index.ts";
import { pipeline } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

const actionTypeId = { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" } as const;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** A job of a built-in type, as only the worker's own target hands it out. */
async function handedOut(name: string) {
  const { server, client } = fixture;
  await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
  const jobs = createHttpJobClient({
    endpoint: server.url,
    region: "eu-west-1",
    credentials: async () => server.credentials,
  });
  const [job] = await jobs.poll(
    { workerId: "w", actionTypeIds: [actionTypeId], maxBatchSize: 1, waitSeconds: 1 },
    new AbortController().signal,
  );
  jobs.close();
  return job!;
}
const actionOf = async (name: string) =>
  (await fixture.client.send(new GetPipelineStateCommand({ name }))).stageStates?.[0]?.actionStates?.[0];

describe("P0.2 jobs of built-in types", () => {
  it("are not polled for with PollForJobs", async () => {
    expect(await refusal(fixture.client.send(new PollForJobsCommand({ actionTypeId })))).toMatch(
      /^ActionTypeNotFoundException: /,
    );
  });

  it("are acknowledged, described and ended with AWS's own operations, from any region", async () => {
    const { id: jobId, nonce } = await handedOut("done");
    const worker = fixture.clientOf("ap-south-1");
    expect((await worker.send(new AcknowledgeJobCommand({ jobId, nonce }))).status).toBe("InProgress");
    const { jobDetails } = await worker.send(new GetJobDetailsCommand({ jobId }));
    expect(jobDetails?.data).toMatchObject({
      actionTypeId,
      artifactCredentials: { accessKeyId: expect.any(String) },
    });
    const currentRevision = { revision: "r1", changeIdentifier: "r1" };
    await worker.send(new PutJobSuccessResultCommand({ jobId, currentRevision }));
    expect(await actionOf("done")).toMatchObject({
      currentRevision: { revisionId: "r1", revisionChangeId: "r1" },
      latestExecution: { status: "Succeeded" },
    });
  });

  it("fail with AWS's own operation", async () => {
    const { id: jobId } = await handedOut("failed");
    const failureDetails = { type: "ConfigurationError" as const, message: "no such branch" };
    await fixture.client.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
    expect((await actionOf("failed"))?.latestExecution).toMatchObject({
      status: "Failed",
      errorDetails: { code: "ConfigurationError", message: "no such branch" },
    });
  });
});
