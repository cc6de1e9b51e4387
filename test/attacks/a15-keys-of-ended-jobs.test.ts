/** The keys of a job open its artifacts and its source while it goes on, and nothing the moment it has ended (attack A15). */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "../../src/worker/index.ts";
import { pipeline } from "../codepipeline/support/declarations.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { callOperation, signedExchange } from "./support/signed-exchange.ts";

const actionTypeId = { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" };

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ worker: false });
  await callOperation(
    server,
    "CodeCommit_20150413.CreateRepository",
    { repositoryName: "app" },
    "codecommit",
  );
});
afterAll(() => server[Symbol.asyncDispose]());

async function handedOut(name: string): Promise<Job> {
  await callOperation(server, "CodePipeline_20150709.CreatePipeline", { pipeline: pipeline({ name }) });
  await callOperation(server, "CodePipeline_20150709.StartPipelineExecution", { name });
  const poll = { workerId: "w", actionTypeIds: [actionTypeId], maxBatchSize: 1, waitSeconds: 0 };
  const { body } = await callOperation(server, "MillraceWorker_20261101.PollForBuiltInJobs", poll);
  return JSON.parse(body).jobs[0];
}

async function upload({ artifactCredentials: credentials, outputArtifacts: [output] }: Job): Promise<number> {
  const path = `/${output?.bucket}/${output?.key}`;
  return (await signedExchange(server, { method: "PUT", path, body: "zip", credentials })).status;
}

async function clone({
  artifactCredentials: { accessKeyId, secretAccessKey, sessionToken },
}: Job): Promise<number> {
  const basic = Buffer.from(`${accessKeyId}%${sessionToken}:${secretAccessKey}`).toString("base64");
  const url = `${server.server.url}/git/app.git/info/refs?service=git-upload-pack`;
  return (await fetch(url, { headers: { authorization: `Basic ${basic}` } })).status;
}

test.each<[how: string, end: (job: Job) => Promise<unknown>]>([
  [
    "failed",
    ({ id: jobId }) =>
      callOperation(server, "CodePipeline_20150709.PutJobFailureResult", {
        jobId,
        failureDetails: { type: "JobFailed", message: "no" },
      }),
  ],
  [
    "succeeded",
    ({ id: jobId }) =>
      callOperation(server, "CodePipeline_20150709.PutJobSuccessResult", {
        jobId,
        currentRevision: { revision: "r", changeIdentifier: "r" },
      }),
  ],
  [
    "gone-with-its-pipeline",
    ({ pipeline: { pipelineName: name } }) =>
      callOperation(server, "CodePipeline_20150709.DeletePipeline", { name }),
  ],
])("A15 of a job that has %s", async (how, end) => {
  const job = await handedOut(how);
  expect(await upload(job)).toBe(200);
  expect(await clone(job)).toBe(200);
  expect(await end(job)).toMatchObject({ status: 200 });
  expect(await upload(job)).toBe(403);
  expect(await clone(job)).toBe(401);
  for (const operation of ["RefreshCredentials", "GetCloneCredentials"])
    expect(
      await callOperation(server, `MillraceWorker_20261101.${operation}`, { jobId: job.id }),
      operation,
    ).toMatchObject({ status: 400, body: expect.stringMatching(/InvalidJobState|JobNotFound/) });
});
