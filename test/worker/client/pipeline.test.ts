import {
  type ActionCategory,
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { embeddedJobClient } from "../../../src/server/embedded-worker.ts";
import { createHttpJobClient, type JobClient } from "../../../src/worker/index.ts";
import { providers } from "../../../src/worker/providers/index.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";
import { testWorker } from "../support/worker.ts";
import { workingTree } from "../support/working-tree.ts";

function httpClient({ url, credentials }: TestHost): JobClient {
  const client = createHttpJobClient({
    endpoint: url,
    region: scope.region,
    credentials: async () => credentials,
  });
  onTestFinished(() => client.close());
  return client;
}

function action(category: ActionCategory, provider: string, configuration: Record<string, string>) {
  return {
    name: category,
    actionTypeId: { category, owner: "AWS" as const, provider, version: "1" },
    configuration,
  };
}

const release = {
  name: "release",
  roleArn: "arn:aws:iam::000000000000:role/pipeline",
  artifactStore: { type: "S3" as const, location: "artifacts" },
  stages: [
    {
      name: "Source",
      actions: [
        {
          ...action("Source", "CodeCommit", {
            RepositoryName: "app",
            BranchName: "main",
            PollForSourceChanges: "false",
          }),
          outputArtifacts: [{ name: "Source" }],
          namespace: "Commit",
        },
      ],
    },
    {
      name: "Deploy",
      actions: [
        {
          ...action("Deploy", "S3", {
            BucketName: "site",
            Extract: "true",
            ObjectKey: "#{Commit.BranchName}",
          }),
          inputArtifacts: [{ name: "Source" }],
        },
      ],
    },
  ],
};

describe("a worker's jobs, from a pipeline's start to its end", () => {
  it.each([
    ["in the server's own process", (host: TestHost) => embeddedJobClient(host.core, scope.account)],
    ["over HTTP", httpClient],
  ])("delivers a commit and deploys it, %s", async (_where, clientOf) => {
    const host = await testHost();
    for (const Bucket of ["artifacts", "site"]) await host.s3.send(new CreateBucketCommand({ Bucket }));
    await host.core.repositories.create(scope, "app");
    const tree = await workingTree();
    const commit = await tree.commit("Release", { "index.html": "<h1>released" });
    await tree.push(host, "app", "main");
    await testWorker(clientOf(host), providers);

    const aws = new CodePipelineClient({
      endpoint: host.url,
      region: scope.region,
      credentials: host.credentials,
    });
    onTestFinished(() => aws.destroy());
    await aws.send(new CreatePipelineCommand({ pipeline: release }));
    const { pipelineExecutionId } = await aws.send(new StartPipelineExecutionCommand({ name: "release" }));
    const execution = { pipelineName: "release", pipelineExecutionId };
    await vi.waitFor(
      async () => {
        const answer = await aws.send(new GetPipelineExecutionCommand(execution));
        expect(answer.pipelineExecution?.status).toBe("Succeeded");
      },
      { timeout: 20_000, interval: 50 },
    );

    const deployed = await host.s3.send(new GetObjectCommand({ Bucket: "site", Key: "main/index.html" }));
    expect(await deployed.Body?.transformToString()).toBe("<h1>released");
    const { actionExecutionDetails = [] } = await aws.send(
      new ListActionExecutionsCommand({ pipelineName: "release", filter: { pipelineExecutionId } }),
    );
    const [deploy, source] = actionExecutionDetails;
    expect(deploy?.output?.executionResult?.externalExecutionSummary).toBe(
      "Deployed 1 files (12 bytes) to s3://site/main/",
    );
    expect(source?.output?.outputVariables).toMatchObject({ CommitId: commit, BranchName: "main" });
    const lines = await host.core.logs.read(source?.actionExecutionId ?? "", 1);
    expect(lines.map(({ text }) => text)).toEqual([
      `[Millrace] delivering an archive of commit ${commit} of app/main`,
    ]);
  });
});
