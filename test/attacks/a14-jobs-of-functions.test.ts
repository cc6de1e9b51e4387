/** A function ends the job that was brought to it; nobody else does, and it may do nothing more with it (A14, A23). */
import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  PollForJobsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpJobClient, type HttpJobClient, type Job } from "../../src/worker/index.ts";
import { refusal } from "../codepipeline/support/server.ts";
import { deliveryOf, objectSource } from "../e2e/support/delivery.ts";
import { ALLOW_ALL, type Installation, installation, type Key, OTHER_ACCOUNT } from "../support/users.ts";

const LAMBDA = { category: "Invoke", owner: "AWS", provider: "Lambda", version: "1" } as const;

let here: Installation;
let worker: HttpJobClient;
/** Of a user who may give results, and is no worker. */
let functions: Key;
const open: { destroy(): void }[] = [];
beforeAll(async () => {
  here = await installation({ settings: { "functions.resize": "http://127.0.0.1:9" } });
  const { endpoint, region, credentials } = here.configOf(here.server.credentials);
  worker = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  functions = await here.userWith([{ Effect: "Allow", Action: "codepipeline:*", Resource: "*" }]);
  const s3 = new S3Client({ ...here.configOf(credentials), forcePathStyle: true });
  open.push(s3);
  await s3.send(new CreateBucketCommand({ Bucket: "code" }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: "code", VersioningConfiguration }));
});
afterAll(async () => {
  for (const client of open) client.destroy();
  worker.close();
  await here[Symbol.asyncDispose]();
});

function as(key: Key, region?: string): CodePipelineClient {
  const client = new CodePipelineClient(here.configOf(key, region));
  open.push(client);
  return client;
}

async function next(category: string, provider: string): Promise<Job> {
  const actionTypeIds = [{ category, owner: "AWS", provider, version: "1" }];
  const request = { workerId: "w", actionTypeIds, maxBatchSize: 1, waitSeconds: 20 };
  const [job] = await worker.poll(request, new AbortController().signal);
  if (job === undefined) throw new Error(`there is no job of ${provider}`);
  return job;
}

/** A job that was handed out to a worker, which hasn't taken it yet. */
async function handedOut(name: string): Promise<Job> {
  const call = { name: "Call", actionTypeId: LAMBDA, configuration: { FunctionName: "resize" } };
  const pipeline = deliveryOf(name, objectSource("code", "code.zip"), call);
  await as(here.server.credentials).send(new CreatePipelineCommand({ pipeline }));
  const source = await next("Source", "S3");
  await worker.succeed(source.id, { currentRevision: { revision: "r", changeIdentifier: "r" } });
  return await next("Invoke", "Lambda");
}

const failure = { type: "JobFailed", message: "no" } as const;

test("A14 the job is missing for all but its function, whose results alone are taken", async () => {
  const { id: jobId, nonce } = await handedOut("one");
  await worker.acknowledge(jobId, nonce);
  await worker.park(jobId);
  const missing = `JobNotFoundException: Job with id '${jobId}' does not exist`;
  const stranger = await here.userWith([ALLOW_ALL], { account: OTHER_ACCOUNT });
  const mute = await here.userWith([
    { Effect: "Allow", Action: "codepipeline:GetJobDetails", Resource: "*" },
  ]);
  for (const client of [as(stranger), as(functions, "eu-west-1")]) {
    expect(await refusal(client.send(new PutJobSuccessResultCommand({ jobId })))).toBe(missing);
    expect(
      await refusal(client.send(new PutJobFailureResultCommand({ jobId, failureDetails: failure }))),
    ).toBe(missing);
  }
  expect(await refusal(as(mute).send(new PutJobSuccessResultCommand({ jobId })))).toMatch(/^AccessDenied/);
  const client = as(functions);
  expect(await refusal(client.send(new GetJobDetailsCommand({ jobId })))).toBe(missing);
  expect(await refusal(client.send(new AcknowledgeJobCommand({ jobId, nonce })))).toBe(missing);
  expect(await refusal(client.send(new PollForJobsCommand({ actionTypeId: LAMBDA })))).toMatch(
    /^ActionTypeNotFoundException/,
  );
  await client.send(new PutJobSuccessResultCommand({ jobId }));
});

test("A14 nor is it parked, extended or given up by whoever is no worker", async () => {
  const { id, nonce } = await handedOut("two");
  await worker.acknowledge(id, nonce);
  const { endpoint, region } = here.configOf(functions);
  const other = createHttpJobClient({ endpoint, region, credentials: async () => functions });
  open.push({ destroy: () => other.close() });
  for (const call of [() => other.park(id), () => other.extendLease(id), () => other.giveUp(id, nonce)])
    await expect(call()).rejects.toMatchObject({ code: "AccessDeniedException" });
  expect(await worker.extendLease(id)).toMatchObject({ verdict: "continue" });
});

test("a continuation token is bounded and excludes variables; the job stays open, and its next one isn't ended by the old id", async () => {
  const { id: jobId, nonce } = await handedOut("three");
  await worker.acknowledge(jobId, nonce);
  await worker.park(jobId);
  const client = as(functions);
  const says = (more: object) => client.send(new PutJobSuccessResultCommand({ jobId, ...more }));
  expect(await refusal(says({ continuationToken: "t", outputVariables: { a: "b" } }))).toBe(
    "ValidationException: A job can not contain both a continuation token and output variables.",
  );
  expect(await refusal(says({ continuationToken: "t".repeat(2_049) }))).toMatch(/^ValidationException/);
  await says({ continuationToken: "t".repeat(2_048) });
  await says({ continuationToken: "t".repeat(2_048) });
  expect(await refusal(says({}))).toMatch(/^InvalidJobStateException/);
  expect(await refusal(says({ continuationToken: "u" }))).toMatch(/^InvalidJobStateException/);
});
