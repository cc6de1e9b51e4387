import { setTimeout as sleep } from "node:timers/promises";
import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { workingCopy } from "./host.ts";

test("a push to a running server starts its pipeline, whose source delivers the pushed commit", async () => {
  await using server = await createServer();
  await using work = await workingCopy();
  const target = { endpoint: server.url, region: server.region, credentials: server.credentials };
  const codecommit = new CodeCommitClient(target);
  const codepipeline = new CodePipelineClient(target);
  const { repositoryMetadata } = await codecommit.send(new CreateRepositoryCommand({ repositoryName: "-x" }));
  await codepipeline.send(
    new CreatePipelineCommand({
      pipeline: {
        name: "p",
        roleArn: "arn:aws:iam::000000000000:role/pipeline",
        stages: [
          {
            name: "Source",
            actions: [
              {
                name: "Source",
                actionTypeId: { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" },
                configuration: { RepositoryName: "-x", BranchName: "main", PollForSourceChanges: "false" },
                outputArtifacts: [{ name: "app" }],
              },
            ],
          },
          {
            name: "Approve",
            actions: [
              {
                name: "Approve",
                actionTypeId: { category: "Approval", owner: "AWS", provider: "Manual", version: "1" },
              },
            ],
          },
        ],
      },
    }),
  );

  const commit = await work.commit("a.txt", "one", "The first one");
  const url = new URL(repositoryMetadata!.cloneUrlHttp!);
  url.username = server.credentials.accessKeyId;
  url.password = encodeURIComponent(server.credentials.secretAccessKey);
  await work.git("push", url.href, "main");

  const list = await codepipeline.send(new ListPipelineExecutionsCommand({ pipelineName: "p" }));
  expect(list.pipelineExecutionSummaries?.map(({ trigger }) => trigger?.triggerType)).toEqual([
    "CloudWatchEvent",
    "CreatePipeline",
  ]);
  const { pipelineExecutionId } = list.pipelineExecutionSummaries![0]!;
  const revisions = async () => {
    const { pipelineExecution } = await codepipeline.send(
      new GetPipelineExecutionCommand({ pipelineName: "p", pipelineExecutionId }),
    );
    expect(pipelineExecution?.status).toBe("InProgress");
    return pipelineExecution?.artifactRevisions ?? [];
  };
  while ((await revisions()).length === 0) await sleep(20);
  expect(await revisions()).toEqual([
    expect.objectContaining({ name: "app", revisionId: commit, revisionSummary: "The first one" }),
  ]);
});
