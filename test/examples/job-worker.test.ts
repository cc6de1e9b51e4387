import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, expect, test } from "vitest";
import { createServer, type Server } from "../../src/server/index.ts";

let worker: ChildProcess | undefined;
afterEach(() => worker?.kill("SIGKILL"));

function launch({ url, region, credentials }: Server, stderr: "inherit" | "pipe"): ChildProcess {
  const file = fileURLToPath(new URL("../../examples/job-worker.ts", import.meta.url));
  return spawn(process.execPath, [file], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    stdio: ["ignore", "inherit", stderr],
  });
}

test("without its action type the example says in a line what to do, and ends with 1", async () => {
  await using server = await createServer({ logLevel: "error", worker: false });
  worker = launch(server, "pipe");
  const said = worker.stderr === null ? "" : await text(worker.stderr);
  expect(said).toBe(
    "Custom/Test/WordCount/1 isn't there: make it by the command at the head of this file.\n",
  );
  await expect.poll(() => worker?.exitCode).toBe(1);
});

test("the example of a job worker does the jobs of its action type", async () => {
  await using server = await createServer({ logLevel: "error" });
  const { url: endpoint, region, credentials } = server;
  const client = new CodePipelineClient({ endpoint, region, credentials });
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "texts" }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: "texts", VersioningConfiguration: { Status: "Enabled" } }),
  );
  await s3.send(new PutObjectCommand({ Bucket: "texts", Key: "poem", Body: "so much depends upon" }));
  const custom = { category: "Test", provider: "WordCount", version: "1" } as const;
  const artifacts = { minimumCount: 1, maximumCount: 1 };
  await client.send(
    new CreateCustomActionTypeCommand({
      ...custom,
      inputArtifactDetails: artifacts,
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
  await client.send(
    new CreatePipelineCommand({
      pipeline: {
        name: "words",
        roleArn: "arn:aws:iam::000000000000:role/any",
        stages: [
          {
            name: "Source",
            actions: [
              {
                name: "Text",
                actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
                configuration: { S3Bucket: "texts", S3ObjectKey: "poem" },
                outputArtifacts: [{ name: "Poem" }],
              },
            ],
          },
          {
            name: "Count",
            actions: [
              {
                name: "Words",
                namespace: "Count",
                actionTypeId: { ...custom, owner: "Custom" },
                inputArtifacts: [{ name: "Poem" }],
              },
            ],
          },
        ],
      },
    }),
  );
  worker = launch(server, "inherit");

  const counted = async () => {
    const { actionExecutionDetails = [] } = await client.send(
      new ListActionExecutionsCommand({ pipelineName: "words" }),
    );
    return actionExecutionDetails.find(({ actionName }) => actionName === "Words");
  };
  await expect.poll(async () => (await counted())?.status, { timeout: 30_000 }).toBe("Succeeded");
  expect((await counted())?.output).toMatchObject({
    outputVariables: { Words: "4" },
    executionResult: { externalExecutionSummary: "4 words" },
  });
  worker.kill("SIGKILL");
  client.destroy();
  s3.destroy();
});
