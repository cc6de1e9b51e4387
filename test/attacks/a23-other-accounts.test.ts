import { randomUUID } from "node:crypto";
import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  ListWebhooksCommand,
  PutWebhookCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CodeStarConnectionsClient,
  CreateConnectionCommand,
  CreateHostCommand,
} from "@aws-sdk/client-codestar-connections";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import type { Service } from "../../src/services/aws-json/service.ts";
import { codeBuild } from "../../src/services/codebuild/index.ts";
import { codeCommit } from "../../src/services/codecommit/index.ts";
import { codeConnections, codeStarConnections } from "../../src/services/codeconnections/index.ts";
import { codePipeline } from "../../src/services/codepipeline/index.ts";
import { importApi } from "../../src/services/import-api/index.ts";
import { workerApi } from "../../src/services/worker-api/index.ts";
import { pipeline, stage } from "../codepipeline/support/declarations.ts";
import { refusal } from "../codepipeline/support/server.ts";
import { BUILDER, build, createWorked, ORIGIN, pass, take, worked } from "../codepipeline/support/workers.ts";
import {
  ACCOUNT,
  ALLOW_ALL,
  type Installation,
  installation,
  type Key,
  OTHER_ACCOUNT,
} from "../support/users.ts";
import {
  codeBuildRequests,
  codeCommitRequests,
  codePipelineRequests,
  connectionRequests,
  importRequests,
  type Names,
  workerRequests,
} from "./support/foreign-requests.ts";

const SERVICES = [
  [codePipeline, codePipelineRequests],
  [workerApi, workerRequests],
  [importApi, importRequests],
  [codeBuild, codeBuildRequests],
  [codeCommit, codeCommitRequests],
  [codeConnections, connectionRequests],
  [codeStarConnections, connectionRequests],
] as const;

/** Stands in everything that the first account has: whoever sees it, sees too much. */
const MARK = "alphas-own";

let here: Installation;
let stranger: Key;
let alphas: Names;
let execution: string;
/** Nobody has them. */
let nobodys: Names;

beforeAll(async () => {
  here = await installation();
  stranger = await here.userWith([ALLOW_ALL], { account: OTHER_ACCOUNT, name: "stranger" });
  const config = here.configOf(here.server.credentials);
  const client = new CodePipelineClient(config);
  const tags = [{ key: "note", value: MARK }];
  const secret = build({ configuration: { Project: "app", Note: MARK, Token: MARK } });
  execution = await createWorked(client, worked([stage("Build", secret)], { name: "alpha-pipe" }));
  await pass(client, ORIGIN);
  const job = await take(client, BUILDER);
  await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "alpha-built" }), tags }));
  await client.send(
    new DisableStageTransitionCommand({
      pipelineName: "alpha-pipe",
      stageName: "Build",
      transitionType: "Outbound",
      reason: MARK,
    }),
  );
  await client.send(
    new CreateCustomActionTypeCommand({
      category: "Build",
      provider: "AlphaTool",
      version: "1",
      inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
      tags,
    }),
  );
  for (const name of ["alpha-hook", "alpha-hook2"])
    await client.send(
      new PutWebhookCommand({
        webhook: {
          name,
          targetPipeline: "alpha-pipe",
          targetAction: "Fetch",
          filters: [{ jsonPath: "$.ref", matchEquals: MARK }],
          authentication: "UNAUTHENTICATED",
          authenticationConfiguration: {},
        },
      }),
    );
  await new CodeBuildClient(config).send(
    new CreateProjectCommand({
      name: "alpha-project",
      description: MARK,
      source: { type: "CODEPIPELINE" },
      artifacts: { type: "CODEPIPELINE" },
      environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
      serviceRole: "arn:aws:iam::000000000000:role/any",
    }),
  );
  const repository = { repositoryName: "alpha-code", repositoryDescription: MARK };
  await new CodeCommitClient(config).send(new CreateRepositoryCommand(repository));
  const connections = new CodeStarConnectionsClient(config);
  const { HostArn } = await connections.send(
    new CreateHostCommand({
      Name: "alpha-forge",
      Tags: [{ Key: "note", Value: MARK }],
      ProviderType: "GitHubEnterpriseServer",
      ProviderEndpoint: "https://alpha.example",
    }),
  );
  const { ConnectionArn } = await connections.send(
    new CreateConnectionCommand({ ConnectionName: MARK, ProviderType: "GitHub" }),
  );
  alphas = {
    pipeline: "alpha-pipe",
    executionId: execution,
    actionExecutionId: job.data?.pipelineContext?.action?.actionExecutionId ?? "",
    jobId: job.id ?? "",
    nonce: job.nonce ?? "",
    token: job.data?.pipelineContext?.action?.actionExecutionId ?? "",
    webhook: "alpha-hook",
    project: "alpha-project",
    repository: "alpha-code",
    connection: ConnectionArn!,
    host: HostArn!,
    provider: "AlphaTool",
    account: ACCOUNT,
    region: here.server.region,
  };
  nobodys = {
    ...alphas,
    pipeline: "no-pipe",
    executionId: randomUUID(),
    actionExecutionId: randomUUID(),
    jobId: randomUUID(),
    nonce: "none",
    token: randomUUID(),
    webhook: "no-hook",
    project: "no-project",
    repository: "no-code",
    connection: `arn:aws:codestar-connections:us-east-1:${ACCOUNT}:connection/${randomUUID()}`,
    host: `arn:aws:codestar-connections:us-east-1:${ACCOUNT}:host/no-host-00000000`,
    provider: "NoTool",
  };
});
afterAll(() => here[Symbol.asyncDispose]());

/** As the stranger sends it. */
async function call(service: Service, operation: string, input: object) {
  const url = new URL(here.server.url);
  const signer = new SignatureV4({
    service: service.signingName,
    region: here.server.region,
    credentials: stranger,
    sha256: Sha256,
  });
  const body = JSON.stringify(input);
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    headers: {
      host: url.host,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${service.target}.${operation}`,
    },
    body,
  });
  const answer = await fetch(url, { method: "POST", headers, body });
  return { status: answer.status, body: await answer.text() };
}

/** With every name that was sent replaced by what it is, and without times and new ids. */
function leveled(text: string, names: Names): string {
  return Object.entries(names)
    .filter(([, name]) => name.length > 3)
    .reduce(
      (level, [kind, name]) => level.replaceAll(name, `<${kind === "token" ? "actionExecutionId" : kind}>`),
      text,
    )
    .replaceAll(/\b\d{10}(\.\d{1,3})?\b/g, "<time>")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=host\/mine-)[0-9a-f]{8}/g, "<new id>");
}

test("A23: there is a request for every operation", () => {
  for (const [service, requests] of SERVICES)
    expect(Object.keys(requests).sort(), service.name).toEqual(
      expect.arrayContaining(service.operations.map(({ name }) => name)),
    );
});

test("A23, A14: another account's things can't be told from such as nobody has, and nothing of them changes (api.md §2.4)", async () => {
  const before = await snapshot();
  for (const [service, requests] of SERVICES) {
    for (const [operation, request] of Object.entries(requests)) {
      const there = await call(service, operation, request(alphas));
      const nowhere = await call(service, operation, request(nobodys));
      expect(there.body, operation).not.toContain(MARK);
      expect(
        { status: there.status, body: leveled(there.body, alphas) },
        `${operation} of what is another account's`,
      ).toEqual({ status: nowhere.status, body: leveled(nowhere.body, nobodys) });
      // What was wrong with the request itself would prove nothing.
      expect(there.body, operation).not.toMatch(/SerializationException|validation error/);
    }
  }
  const after = await snapshot();
  for (const row of before) expect(after).toContain(row);
  const added = [...after].filter((row) => !before.has(row));
  expect(added.filter((row) => row.includes(ACCOUNT) && !row.includes(OTHER_ACCOUNT))).toEqual([]);
  expect(added.filter((row) => row.includes(execution) || row.includes(alphas.jobId))).toEqual([]);
});

test("A23: page tokens of another account are no tokens", async () => {
  const mine = new CodePipelineClient(here.configOf(here.server.credentials));
  const theirs = new CodePipelineClient(here.configOf(stranger));
  const { nextToken } = await mine.send(new ListPipelinesCommand({ maxResults: 1 }));
  expect(nextToken).toBeDefined();
  expect(await refusal(theirs.send(new ListPipelinesCommand({ nextToken })))).toMatch(/^InvalidNextToken/);
  const { NextToken } = await mine.send(new ListWebhooksCommand({ MaxResults: 1 }));
  expect(NextToken).toBeDefined();
  expect(await refusal(theirs.send(new ListWebhooksCommand({ NextToken })))).toMatch(/^InvalidNextToken/);
  // Nor for a pipeline of theirs that has the same name.
  const third = await here.userWith([ALLOW_ALL], { account: "222233334444" });
  const namesake = new CodePipelineClient(here.configOf(third));
  const pipelineName = "alpha-pipe";
  await createWorked(namesake, worked([stage("Build", build())], { name: pipelineName }));
  const actions = await mine.send(new ListActionExecutionsCommand({ pipelineName, maxResults: 1 }));
  expect(actions.nextToken).toBeDefined();
  const again = { pipelineName, nextToken: actions.nextToken };
  expect(await refusal(namesake.send(new ListActionExecutionsCommand(again)))).toMatch(/^InvalidNextToken/);
  expect(await refusal(namesake.send(new ListPipelineExecutionsCommand(again)))).toMatch(/^InvalidNextToken/);
});

test("A23: another user's page token is none either, in the same account", async () => {
  const listing = { Effect: "Allow", Action: "codepipeline:List*", Resource: "*" };
  const mine = new CodePipelineClient(here.configOf(here.server.credentials));
  const colleague = new CodePipelineClient(here.configOf(await here.userWith([listing])));
  const { nextToken } = await mine.send(new ListPipelinesCommand({ maxResults: 1 }));
  expect(await refusal(colleague.send(new ListPipelinesCommand({ nextToken })))).toMatch(/^InvalidNextToken/);
});

test("A23: buckets, logs, events and explanations of another account are closed", async () => {
  const own = { forcePathStyle: true };
  const mine = new S3Client({ ...here.configOf(here.server.credentials), ...own });
  const theirs = new S3Client({ ...here.configOf(stranger), ...own });
  const object = { Bucket: "alpha-bucket", Key: "secret.txt" };
  await mine.send(new CreateBucketCommand({ Bucket: object.Bucket }));
  await mine.send(new PutObjectCommand({ ...object, Body: MARK }));
  for (const attempt of [
    () => theirs.send(new GetObjectCommand(object)),
    () => theirs.send(new PutObjectCommand({ ...object, Body: "stolen" })),
    () => theirs.send(new DeleteObjectCommand(object)),
    () => theirs.send(new ListObjectsV2Command({ Bucket: object.Bucket })),
  ])
    expect(await refusal(attempt())).toMatch(/^AccessDenied/);
  expect((await theirs.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).not.toContain(
    object.Bucket,
  );
  const { Body } = await mine.send(new GetObjectCommand(object));
  expect(await Body?.transformToString()).toBe(MARK);

  for (const path of [
    `/logs/${alphas.actionExecutionId}`,
    `/logs?execution=${execution}`,
    "/events",
    "/events?pipeline=alpha-pipe",
    `/explain?execution=${execution}`,
  ]) {
    const text = await read(path);
    expect(text, path).not.toContain('alpha-pipe"');
    expect(text, path).not.toContain('Build"');
    expect(text, path).not.toContain(MARK);
  }
  const git = await fetch(`${here.server.url}/git/alpha-code.git/info/refs?service=git-upload-pack`, {
    headers: {
      authorization: `Basic ${Buffer.from(`${stranger.accessKeyId}:${stranger.secretAccessKey}`).toString("base64")}`,
    },
  });
  // The stranger has made one of the same name, if anything: that one is empty.
  expect(await git.text()).not.toContain("refs/heads");
});

async function read(path: string): Promise<string> {
  const url = new URL(path, here.server.url);
  const signer = new SignatureV4({
    service: "codepipeline",
    region: here.server.region,
    credentials: stranger,
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: "GET",
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
  });
  return await (await fetch(url, { headers })).text();
}

/** Every row of every table, as a text that begins with its table's name. */
async function snapshot(): Promise<Set<string>> {
  const store = await openStore(here.place);
  try {
    const rows = new Set<string>();
    for (const { name } of await store.read.introspection.getTables())
      for (const row of await store.read
        .selectFrom(name as "pipeline")
        .selectAll()
        .execute())
        rows.add(`${name} ${JSON.stringify(row)}`);
    return rows;
  } finally {
    await store.close();
  }
}
