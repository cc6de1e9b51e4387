/** E3.7 through a whole server: inputs of another region are copied there before their job is handed out. */
import {
  type ActionDeclaration,
  CreatePipelineCommand,
  type Job as CustomJob,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  RetryStageExecutionCommand,
  RollbackStageCommand,
} from "@aws-sdk/client-codepipeline";
import { DeleteBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createHttpJobClient, type HttpJobClient, type Job } from "../../src/worker/index.ts";
import type { JobArtifact } from "../../src/worker/protocol.ts";
import { codeBuild, stage } from "../codepipeline/support/declarations.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import {
  BUILDER,
  build,
  ORIGIN,
  registerTypes,
  statusOf,
  succeed,
  take,
  worked,
} from "../codepipeline/support/workers.ts";
import { versionedBucket } from "../e2e/support/delivery.ts";

const FAR = "eu-west-1";
/** Custom actions run in the pipeline's region, those of built-in types anywhere (api.md §4.4). */
const far = (changes: Partial<ActionDeclaration> = {}) => codeBuild({ region: FAR, ...changes });
const CODE_BUILD = { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" };

let fixture: Fixture;
let root: S3Client;
let worker: HttpJobClient;
beforeAll(async () => {
  fixture = await startServer();
  root = s3(fixture.server.credentials);
  const { url: endpoint, region, credentials } = fixture.server;
  worker = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  await registerTypes(fixture.client);
  await versionedBucket({ s3: root }, "near");
  await versionedBucket({ s3: root }, "far", FAR);
});
afterAll(async () => {
  root.destroy();
  worker.close();
  await fixture[Symbol.asyncDispose]();
});

function s3(credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): S3Client {
  const { url: endpoint } = fixture.server;
  return new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 });
}

/** Calls the object store with nothing but a job's credentials. */
async function as<T>(credentials: Keys | undefined, call: (client: S3Client) => Promise<T>): Promise<T> {
  const { accessKeyId = "", secretAccessKey = "", sessionToken = "" } = credentials ?? {};
  const client = s3({ accessKeyId, secretAccessKey, sessionToken });
  return call(client).finally(() => client.destroy());
}

interface Keys {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

function crossing(name: string, actions: ActionDeclaration[], bucket = "far"): PipelineDeclaration {
  const store = (location: string) => ({ type: "S3" as const, location });
  const encryptionKey = { id: `arn:aws:kms:${FAR}:000000000000:key/k`, type: "KMS" as const };
  return worked([stage("Work", ...actions)], {
    name,
    pipelineType: "V2",
    artifactStores: { "us-east-1": store("near"), [FAR]: { ...store(bucket), encryptionKey } },
  });
}

/** @returns the id of the execution that its creation started */
async function create(pipeline: PipelineDeclaration): Promise<string> {
  await fixture.client.send(new CreatePipelineCommand({ pipeline }));
  const { pipelineExecutionSummaries: [first] = [] } = await fixture.client.send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline.name }),
  );
  return first!.pipelineExecutionId!;
}

/** Takes the source's job, and ends it with success after `text` was uploaded, if any was given. */
async function deliver(text?: string): Promise<Place> {
  const job = await take(fixture.client, ORIGIN);
  const { bucketName = "", objectKey = "" } = job.data?.outputArtifacts?.[0]?.location?.s3Location ?? {};
  const place = { Bucket: bucketName, Key: objectKey };
  if (text !== undefined) await put(job.data?.artifactCredentials, place, text);
  await succeed(fixture.client, job);
  return place;
}

const put = (keys: Keys | undefined, place: Place, Body: string) =>
  as(keys, (client) => client.send(new PutObjectCommand({ ...place, Body })));

/** The next job in the other region, as a worker gets it: once its inputs are there. */
async function takeFar(): Promise<Job> {
  const request = { workerId: "far", actionTypeIds: [CODE_BUILD], maxBatchSize: 1, waitSeconds: 20 };
  const [job] = await worker.poll(request, new AbortController().signal);
  if (job === undefined) throw new Error("no job came");
  await worker.acknowledge(job.id, job.nonce);
  return job;
}

const placeOf = (artifact: JobArtifact | undefined): Place => ({
  Bucket: artifact?.bucket ?? "",
  Key: artifact?.key ?? "",
});
const customInput = ({ data }: CustomJob): Place => {
  const { bucketName = "", objectKey = "" } = data?.inputArtifacts?.[0]?.location?.s3Location ?? {};
  return { Bucket: bucketName, Key: objectKey };
};
const inputOf = ({ inputArtifacts: [input] }: Job) => placeOf(input);

const read = (keys: Keys | undefined, place: Place) =>
  as(keys, async (client) => (await client.send(new GetObjectCommand(place))).Body?.transformToString());

const readInput = (job: Job, place = inputOf(job)) => read(job.artifactCredentials, place);

async function finish(job: Job, executionId: string): Promise<void> {
  await worker.succeed(job.id, {});
  expect(await statusOf(fixture.client, executionId, job.pipeline.pipelineName)).toBe("Succeeded");
}

async function lastAction(pipelineName: string) {
  const { actionExecutionDetails: [newest] = [] } = await fixture.client.send(
    new ListActionExecutionsCommand({ pipelineName }),
  );
  return newest;
}

/** What the last action failed with, once the execution is Failed. */
async function failureOf(pipelineName: string, executionId: string) {
  await vi.waitFor(
    async () => expect(await statusOf(fixture.client, executionId, pipelineName)).toBe("Failed"),
    { timeout: 30_000, interval: 20 },
  );
  return (await lastAction(pipelineName))?.output?.executionResult?.errorDetails;
}

test("E3.7 a worker in another region gets its input in the store of that region, and reads it with its credentials", async () => {
  const executionId = await create(crossing("reads", [far({ outputArtifacts: [{ name: "App" }] })]));
  const source = await deliver("the code");
  const job = await takeFar();
  expect([source.Bucket, job.region]).toEqual(["near", FAR]);
  expect(inputOf(job)).toEqual({
    Bucket: "far",
    Key: expect.stringMatching(/^reads\/Code\/[A-Za-z0-9]{7}\.zip$/),
  });
  expect(inputOf(job).Key).not.toBe(source.Key);
  expect(job.outputArtifacts[0]?.bucket).toBe("far");
  expect(job.encryptionKey).toMatchObject({ type: "KMS" });
  expect(await readInput(job)).toBe("the code");
  // Nothing but its own artifacts: where the copy came from isn't one.
  await expect(readInput(job, source)).rejects.toMatchObject({ name: "AccessDenied" });
  await finish(job, executionId);
  expect((await lastAction("reads"))?.input?.inputArtifacts).toEqual([
    { name: "Code", s3location: { bucket: source.Bucket, key: source.Key } },
  ]);
});

test("E3.7 a custom worker of the pipeline's region reads what was made in another", async () => {
  const made = far({ outputArtifacts: [{ name: "App" }] });
  const taking = build({ name: "Use", inputArtifacts: [{ name: "App" }], runOrder: 2 });
  const executionId = await create(crossing("returns", [made, taking]));
  await deliver("the code");
  const job = await takeFar();
  const output = placeOf(job.outputArtifacts[0]);
  await put(job.artifactCredentials, output, "the app");
  await worker.succeed(job.id, {});
  const custom = await vi.waitFor(() => take(fixture.client, BUILDER), { timeout: 30_000, interval: 20 });
  const input = customInput(custom);
  expect([output.Bucket, input.Bucket]).toEqual(["far", "near"]);
  expect(input.Key).not.toBe(output.Key);
  expect(await read(custom.data?.artifactCredentials, input)).toBe("the app");
  // E3.12: so does the next job of the same action.
  await succeed(fixture.client, custom, { continuationToken: "half" });
  const next = await take(fixture.client, BUILDER);
  expect(customInput(next)).toEqual(input);
  expect(await read(next.data?.artifactCredentials, input)).toBe("the app");
  await succeed(fixture.client, next);
  expect(await statusOf(fixture.client, executionId, "returns")).toBe("Succeeded");
});

test("E3.15 a job that comes again has the same copy", async () => {
  const executionId = await create(crossing("again", [far()]));
  await deliver("the code");
  const job = await takeFar();
  await worker.giveUp(job.id, job.nonce);
  const next = await takeFar();
  expect(inputOf(next)).toEqual(inputOf(job));
  expect(await readInput(next)).toBe("the code");
  await finish(next, executionId);
});

test("E3.7 a missing object fails the action, and says which; a retry copies anew", async () => {
  const pipelineName = "misses";
  const pipelineExecutionId = await create(crossing(pipelineName, [far()]));
  const source = await deliver();
  expect(await failureOf(pipelineName, pipelineExecutionId)).toEqual({
    code: "JobFailed",
    message: `Input artifact 'Code' could not be copied to region 'eu-west-1': there is no object '${source.Key}' in bucket 'near'.`,
  });
  await root.send(new PutObjectCommand({ ...source, Body: "late" }));
  const retry = { pipelineName, stageName: "Work", pipelineExecutionId };
  await fixture.client.send(new RetryStageExecutionCommand({ ...retry, retryMode: "FAILED_ACTIONS" }));
  const job = await takeFar();
  expect(await readInput(job)).toBe("late");
  await finish(job, pipelineExecutionId);
});

test("E3.7 a bucket that is gone fails the action, and says which", async () => {
  await versionedBucket({ s3: root }, "gone", FAR);
  const executionId = await create(crossing("loses", [far()], "gone"));
  await root.send(new DeleteBucketCommand({ Bucket: "gone" }));
  await deliver("the code");
  expect((await failureOf("loses", executionId))?.message).toBe(
    "Input artifact 'Code' could not be copied to region 'eu-west-1': The specified bucket does not exist: gone",
  );
});

test("E8.5 a rollback copies what its target had brought", async () => {
  const pipelineName = "rolls";
  const targetPipelineExecutionId = await create(crossing(pipelineName, [far()]));
  await deliver("of the target");
  const before = await takeFar();
  await finish(before, targetPipelineExecutionId);
  const { pipelineExecutionId = "" } = await fixture.client.send(
    new RollbackStageCommand({ pipelineName, stageName: "Work", targetPipelineExecutionId }),
  );
  const job = await takeFar();
  expect(inputOf(job)).not.toEqual(inputOf(before));
  expect(await readInput(job)).toBe("of the target");
  await finish(job, pipelineExecutionId);
});

test("E3.7 many actions in another region each get a copy of their own", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `Run${index}`);
  const executionId = await create(
    crossing(
      "many",
      names.map((name) => far({ name })),
    ),
  );
  await deliver("the code");
  const keys = new Set<string>();
  for (const _ of names) {
    const job = await takeFar();
    keys.add(inputOf(job).Key);
    expect(await readInput(job)).toBe("the code");
    await worker.succeed(job.id, {});
  }
  expect(keys.size).toBe(12);
  expect(await statusOf(fixture.client, executionId, "many")).toBe("Succeeded");
});
