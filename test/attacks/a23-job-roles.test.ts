/** A worker gets the keys of a role for the job that it holds, as long as it holds it, and for no other (A23, P10.5). */
import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CodePipelineClient, CreatePipelineCommand } from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpJobClient, type HttpJobClient, type Job } from "../../src/worker/index.ts";
import { codeBuild, commands } from "../codepipeline/support/declarations.ts";
import { refusal } from "../codepipeline/support/server.ts";
import { deliveryOf, objectSource } from "../e2e/support/delivery.ts";
import { allow, roleArn, trusting } from "../e2e/support/role-host.ts";
import {
  ACCOUNT,
  type Installation,
  installation,
  type Key,
  OTHER_ACCOUNT,
  policyOf,
} from "../support/users.ts";

let here: Installation;
let worker: HttpJobClient;
let stranger: HttpJobClient;
beforeAll(async () => {
  here = await installation({
    settings: Object.fromEntries(
      ["pipeline", "build", "rich"].map((name) => [`roles.${roleArn(name)}`, "millrace"]),
    ),
  });
  const trust = policyOf(trusting("codebuild.amazonaws.com", "codepipeline.amazonaws.com"), {
    Effect: "Allow",
    Principal: { AWS: roleArn("rich") },
    Action: "sts:AssumeRole",
  });
  for (const [name, policy] of Object.entries({
    pipeline: policyOf(allow("codebuild:StartBuild")),
    build: policyOf(allow("s3:ListAllMyBuckets")),
    rich: policyOf(allow("*")),
  }))
    await here.roles.create({ account: ACCOUNT, name }, { trust, policy, tags: {} });
  worker = clientOf(here.server.credentials);
  stranger = clientOf(await here.userWith([allow("*")], { account: OTHER_ACCOUNT }));
  const config = here.configOf(here.server.credentials);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "code" }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: "code", VersioningConfiguration }));
  for (const name of ["build", "rich"])
    await new CodeBuildClient(config).send(
      new CreateProjectCommand({
        name,
        serviceRole: roleArn(name),
        source: { type: "CODEPIPELINE" },
        artifacts: { type: "CODEPIPELINE" },
        environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
        timeoutInMinutes: 5,
      }),
    );
});
afterAll(async () => {
  for (const client of [worker, stranger]) client.close();
  await here[Symbol.asyncDispose]();
});

function clientOf(credentials: Key): HttpJobClient {
  const { endpoint, region } = here.configOf(credentials);
  return createHttpJobClient({ endpoint, region, credentials: async () => credentials });
}

async function next(category: string, provider: string): Promise<Job> {
  const actionTypeIds = [{ category, owner: "AWS", provider, version: "1" }];
  const request = { workerId: "w", actionTypeIds, maxBatchSize: 1, waitSeconds: 20 };
  const [job] = await worker.poll(request, new AbortController().signal);
  if (job === undefined) throw new Error(`there is no job of ${provider}`);
  return job;
}

/** A job of the action, handed out and not taken yet; and its source's, which is over. */
async function handedOut(name: string, action = codeBuild({ configuration: { ProjectName: "build" } })) {
  const pipeline = {
    ...deliveryOf(name, objectSource("code", "code.zip"), action),
    roleArn: roleArn("pipeline"),
  };
  await new CodePipelineClient(here.configOf(here.server.credentials)).send(
    new CreatePipelineCommand({ pipeline }),
  );
  const source = await next("Source", "S3");
  await worker.acknowledge(source.id, source.nonce);
  expect(await worker.jobRole(source.id)).toEqual({ kind: "none" });
  await worker.succeed(source.id, { currentRevision: { revision: "r", changeIdentifier: "r" } });
  const { category = "", provider = "" } = action.actionTypeId ?? {};
  return await next(category, provider);
}

async function keysOf(job: Job) {
  const role = await worker.jobRole(job.id);
  if (role.kind !== "keys") throw new Error(`the role is ${role.kind}`);
  return role.keys;
}

/** The SDK would take their expiry for a date of its own. */
function configOf({ accessKeyId, secretAccessKey, sessionToken }: Required<Key>) {
  return here.configOf({ accessKeyId, secretAccessKey, sessionToken });
}

async function callerOf(keys: Required<Key>) {
  return (await new STSClient(configOf(keys)).send(new GetCallerIdentityCommand({}))).Arn;
}

/** Keys of another role, taken with these. */
async function taken(keys: Required<Key>, role: string): Promise<Required<Key>> {
  const { Credentials: { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = {} } =
    await new STSClient(configOf(keys)).send(
      new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: "again" }),
    );
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

test("a job that is merely handed out gives none, one in hand does, one that is over none, and its keys are over with it", async () => {
  const job = await handedOut("one");
  expect(await worker.jobRole(job.id)).toEqual({ kind: "none" });
  await worker.acknowledge(job.id, job.nonce);
  const keys = await keysOf(job);
  expect(await callerOf(keys)).toMatch(/:assumed-role\/build\/AWSCodeBuild-/);
  expect(keys.expires).toBeLessThanOrEqual(Date.now() + 5 * 60_000);
  await worker.fail(job.id, { type: "JobFailed", message: "no" });
  await expect(worker.jobRole(job.id)).rejects.toMatchObject({ code: "InvalidJobStateException" });
  expect(await refusal(callerOf(keys))).toMatch(/^ExpiredToken/);
});

test("A14 no build is recorded for a job that is merely handed out, is over, or runs none", async () => {
  const job = await handedOut("record");
  const wrongState = { code: "InvalidJobStateException" };
  await expect(worker.startBuild(job.id, job.nonce)).rejects.toMatchObject(wrongState);
  await worker.acknowledge(job.id, job.nonce);
  await worker.fail(job.id, { type: "JobFailed", message: "no" });
  await expect(worker.startBuild(job.id, job.nonce)).rejects.toMatchObject(wrongState);
  const other = await handedOut("recordless", commands());
  await worker.acknowledge(other.id, other.nonce);
  await expect(worker.startBuild(other.id, other.nonce)).rejects.toMatchObject({
    code: "JobNotFoundException",
  });
});

test("no other account's worker gets them, nor do the job's own keys stand for them", async () => {
  const job = await handedOut("two");
  await worker.acknowledge(job.id, job.nonce);
  await expect(stranger.jobRole(job.id)).rejects.toMatchObject({ code: "JobNotFoundException" });
  expect((await keysOf(job)).secretAccessKey).not.toBe(job.artifactCredentials.secretAccessKey);
});

test("a job that is taken from its worker takes the keys along, and gives the next one others", async () => {
  const job = await handedOut("lost");
  await worker.acknowledge(job.id, job.nonce);
  const keys = await keysOf(job);
  await worker.giveUp(job.id, job.nonce);
  expect(await refusal(callerOf(keys))).toMatch(/^ExpiredToken/);
  const again = await next("Build", "CodeBuild");
  await worker.acknowledge(again.id, again.nonce);
  expect(await callerOf(await keysOf(again))).toMatch(/:assumed-role\/build\/AWSCodeBuild-/);
});

test("a role that its commands' pipeline gives is for the action's time", async () => {
  const job = await handedOut("three", commands());
  await worker.acknowledge(job.id, job.nonce);
  expect((await keysOf(job)).expires).toBe(job.actionStartedAt + job.timeoutMinutes * 60_000);
});

test("keys that a build takes of other roles, or of its own again, end with its job", async () => {
  const job = await handedOut("chain", codeBuild({ configuration: { ProjectName: "rich" } }));
  await worker.acknowledge(job.id, job.nonce);
  const again = await taken(await keysOf(job), "rich");
  const other = await taken(again, "build");
  expect(await callerOf(again)).toMatch(/:assumed-role\/rich\/again$/);
  expect(await callerOf(other)).toMatch(/:assumed-role\/build\/again$/);
  await worker.fail(job.id, { type: "JobFailed", message: "no" });
  for (const keys of [again, other]) expect(await refusal(callerOf(keys))).toMatch(/^ExpiredToken/);
});

test("what a build has signed beforehand opens nothing once its job has ended", async () => {
  const job = await handedOut("presigned", codeBuild({ configuration: { ProjectName: "rich" } }));
  await worker.acknowledge(job.id, job.nonce);
  const s3 = new S3Client({ ...configOf(await keysOf(job)), forcePathStyle: true });
  const url = await getSignedUrl(s3, new ListObjectsV2Command({ Bucket: "code" }));
  expect((await fetch(url)).status).toBe(200);
  await worker.fail(job.id, { type: "JobFailed", message: "no" });
  expect((await fetch(url)).status).toBe(403);
});

test("a role that is removed takes its builds' keys with it", async () => {
  const { roles } = here;
  const job = await handedOut("four", codeBuild({ configuration: { ProjectName: "rich" } }));
  await worker.acknowledge(job.id, job.nonce);
  const keys = await keysOf(job);
  expect(await callerOf(keys)).toMatch(/:assumed-role\/rich\//);
  await roles.remove({ account: ACCOUNT, name: "rich" });
  expect(await refusal(callerOf(keys))).toMatch(/^(InvalidClientTokenId|UnrecognizedClient)/);
});
