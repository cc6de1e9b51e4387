/** A pipeline whose jobs nobody here could do is refused (providers.md P0.9). */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineCommand,
  ListPipelinesCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importFiles } from "../../src/import/index.ts";
import { createServer, type Server } from "../../src/server/index.ts";
import { createHttpJobClient } from "../../src/worker/index.ts";
import { temporaryFolder } from "../cli/millrace.ts";
import { approval, pipeline, ROLE, stage } from "../codepipeline/support/declarations.ts";
import { refusal } from "../codepipeline/support/server.ts";
import { freePort } from "../support/free-port.ts";
import { emptyDatabase } from "../support/store.ts";
import { ALLOW_ALL, installation, OTHER_ACCOUNT } from "../support/users.ts";

const stack = new AsyncDisposableStack();
let server: Server;
let client: CodePipelineClient;
beforeAll(async () => {
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  server = stack.use(await createServer({ ...place, worker: false, logLevel: "error" }));
  client = clientOf(server);
  stack.defer(() => client.destroy());
});
afterAll(() => stack.disposeAsync());

type Place = Pick<Server, "url" | "region" | "credentials">;

function clientOf({ url: endpoint, region, credentials }: Place): CodePipelineClient {
  return new CodePipelineClient({ endpoint, region, credentials, maxAttempts: 1 });
}

const create = (name: string) =>
  client.send(new CreatePipelineCommand({ pipeline: pipeline({ name, pipelineType: "V2" }) }));
const update = () => client.send(new UpdatePipelineCommand({ pipeline: pipeline({ pipelineType: "V2" }) }));
const names = async () =>
  (await client.send(new ListPipelinesCommand({}))).pipelines?.map(({ name }) => name);

async function announce(workerId: string, capabilities: readonly string[]): Promise<void> {
  const { url: endpoint, region, credentials } = server;
  const worker = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  await worker.register({ workerId, version: "0.0.0", capabilities });
  worker.close();
}

const refused = (missing: string) =>
  `InvalidActionDeclarationException: ActionType (Category: 'Source', Provider: 'CodeCommit', Owner: 'AWS', Version: '1') in action 'Fetch' is not configured on this server. Missing: ${missing}. See docs/providers.md#source-codecommit.`;

test("P0.9: where no worker was ever seen, CreatePipeline says how to start one, and keeps nothing", async () => {
  expect(await refusal(create("app"))).toBe(refused(`a worker (millrace worker --endpoint ${server.url})`));
  expect(await names()).toEqual([]);
});

test("P0.9: an import is refused before it changes anything", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "stack.json");
  const Resources = {
    Store: { Type: "AWS::S3::Bucket", Properties: { BucketName: "imported" } },
    Web: {
      Type: "AWS::CodePipeline::Pipeline",
      Properties: {
        Name: "web",
        RoleArn: ROLE,
        ArtifactStore: { Type: "S3", Location: "imported" },
        Stages: [
          {
            Name: "Source",
            Actions: [
              {
                Name: "Fetch",
                ActionTypeId: { Category: "Source", Owner: "AWS", Provider: "CodeCommit", Version: "1" },
                Configuration: { RepositoryName: "app", BranchName: "main" },
                OutputArtifacts: [{ Name: "Code" }],
              },
            ],
          },
          {
            Name: "Release",
            Actions: [
              {
                Name: "Approve",
                ActionTypeId: { Category: "Approval", Owner: "AWS", Provider: "Manual", Version: "1" },
              },
            ],
          },
        ],
      },
    },
  };
  await writeFile(path, JSON.stringify({ Resources }));
  const { url: endpoint, region, credentials } = server;
  const target = { endpoint, region, credentials };
  const options = {
    files: [path],
    dryRun: false,
    stackName: undefined,
    parameters: {},
    secretValues: {},
    renewsSecrets: false,
  };
  await expect(importFiles(options, target, () => undefined)).rejects.toThrow(
    `Missing: a worker (millrace worker --endpoint ${endpoint}).`,
  );
  expect(await names()).toEqual([]);
  const s3 = new S3Client({ ...target, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  s3.destroy();
  expect(Buckets.map(({ Name }) => Name)).not.toContain("imported");
});

test("P0.9: where none that is there has git, Create- and UpdatePipeline name it; one that has it lifts that", async () => {
  await announce("without", ["bubblewrap"]);
  expect(await refusal(create("app"))).toBe(refused("git"));
  await announce("with", ["git"]);
  await create("app");

  await announce("with", []);
  expect(await refusal(update())).toBe(refused("git"));
  expect((await client.send(new GetPipelineCommand({ name: "app" }))).pipeline?.version).toBe(1);
  await announce("with", ["git"]);
  expect((await update()).pipeline?.version).toBe(2);
});

test("P0.9: a type that needs no tool is taken without a worker, and its jobs wait", async () => {
  await using lonely = await createServer({ worker: false, logLevel: "error" });
  const mine = clientOf(lonely);
  const object = {
    name: "Fetch",
    actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" } as const,
    configuration: { S3Bucket: "code", S3ObjectKey: "code.zip", PollForSourceChanges: "false" },
    outputArtifacts: [{ name: "Code" }],
  };
  const declaration = pipeline({ stages: [stage("Source", object), stage("Deploy", approval())] });
  await mine.send(new CreatePipelineCommand({ pipeline: declaration }));
  mine.destroy();
});

test("P0.9: the embedded worker counts for every account, a worker elsewhere for its own", async () => {
  await using embedded = await installation({ worker: true });
  const theirs = await embedded.userWith([ALLOW_ALL], { account: OTHER_ACCOUNT });
  const first = new CodePipelineClient(embedded.configOf(theirs));
  await first.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  first.destroy();

  await using alone = await installation();
  const stranger = await alone.userWith([ALLOW_ALL], { account: OTHER_ACCOUNT });
  const other = new CodePipelineClient(alone.configOf(stranger));
  expect(await refusal(other.send(new CreatePipelineCommand({ pipeline: pipeline() })))).toBe(
    refused(`a worker (millrace worker --endpoint ${alone.server.url})`),
  );
  other.destroy();
});

test("P0.9: a server that answers knows its embedded worker: whoever waits for its port isn't refused", async () => {
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const starting = createServer({ ...place, port, allowAnyCredentials: true, logLevel: "error" });
  const answers = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers()));
  const waiting = clientOf({
    url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAANY", secretAccessKey: "any" },
  });
  await waiting.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  waiting.destroy();
  await (await starting).close();
});
