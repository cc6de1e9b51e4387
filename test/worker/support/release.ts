/** A pipeline on a test's server: from a commit to a bucket, with an optional stage in between. */
import {
  type ActionCategory,
  type ActionDeclaration,
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  type PipelineExecutionStatus,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect, onTestFinished, vi } from "vitest";
import { createHttpJobClient, type JobClient } from "../../../src/worker/index.ts";
import { scope, type TestHost } from "./host.ts";
import { workingTree } from "./working-tree.ts";

export interface Release {
  readonly aws: CodePipelineClient;
  readonly commit: string;
  /** Of the execution that the pipeline's creation started. */
  readonly executionId: string;
  /** Waits until the execution has this status. */
  reaches(status: PipelineExecutionStatus): Promise<void>;
  /** The actions of the execution by name. */
  actions(): Promise<Record<string, ActionExecutionDetail>>;
}

type ActionExecutionDetail = NonNullable<
  Awaited<ReturnType<typeof listActions>>["actionExecutionDetails"]
>[number];

export function httpClient({ url, credentials }: TestHost): JobClient {
  const client = createHttpJobClient({
    endpoint: url,
    region: scope.region,
    credentials: async () => credentials,
  });
  onTestFinished(() => client.close());
  return client;
}

export function action(
  category: ActionCategory,
  provider: string,
  parts: Omit<ActionDeclaration, "name" | "actionTypeId">,
): ActionDeclaration {
  return { name: category, actionTypeId: { category, owner: "AWS", provider, version: "1" }, ...parts };
}

/** Pushes a commit with these files to repository `app`, and creates a pipeline that starts with it. */
export async function release(
  host: TestHost,
  files: Readonly<Record<string, string>>,
  stages: readonly ActionDeclaration[],
): Promise<Release> {
  for (const Bucket of ["artifacts", "site"]) await host.s3.send(new CreateBucketCommand({ Bucket }));
  await host.core.repositories.create(scope, "app");
  const tree = await workingTree();
  const commit = await tree.commit("Release", files);
  await tree.push(host, "app", "main");

  const source = action("Source", "CodeCommit", {
    configuration: { RepositoryName: "app", BranchName: "main", PollForSourceChanges: "false" },
    outputArtifacts: [{ name: "Source" }],
    namespace: "Commit",
  });
  const aws = new CodePipelineClient({
    endpoint: host.url,
    region: scope.region,
    credentials: host.credentials,
  });
  onTestFinished(() => aws.destroy());
  const pipeline = {
    name: "release",
    roleArn: "arn:aws:iam::000000000000:role/pipeline",
    artifactStore: { type: "S3" as const, location: "artifacts" },
    pipelineType: "V2" as const,
    stages: [source, ...stages].map((action) => ({ name: action.name ?? "", actions: [action] })),
  };
  await aws.send(new CreatePipelineCommand({ pipeline }));
  const executionId = await started(aws);
  return {
    aws,
    commit,
    executionId,
    reaches: (status) =>
      vi.waitFor(
        async () => {
          const execution = { pipelineName: "release", pipelineExecutionId: executionId };
          const { pipelineExecution } = await aws.send(new GetPipelineExecutionCommand(execution));
          expect(pipelineExecution?.status).toBe(status);
        },
        { timeout: 55_000, interval: 50 },
      ),
    async actions() {
      const { actionExecutionDetails = [] } = await listActions(aws);
      return Object.fromEntries(actionExecutionDetails.map((detail) => [detail.actionName, detail]));
    },
  };
}

function listActions(aws: CodePipelineClient) {
  return aws.send(new ListActionExecutionsCommand({ pipelineName: "release" }));
}

/** Creating a pipeline starts it. */
async function started(aws: CodePipelineClient): Promise<string> {
  return await vi.waitFor(
    async () => {
      const { actionExecutionDetails: [first] = [] } = await listActions(aws);
      expect(first).toBeDefined();
      return first?.pipelineExecutionId ?? "";
    },
    { timeout: 30_000, interval: 50 },
  );
}
