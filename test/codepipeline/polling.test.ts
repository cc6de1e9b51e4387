/** What polls start when a pipeline is created or updated (api.md §10; sources.md S5.3, S5.4). */
import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, startServer } from "./support/server.ts";

let fixture: Fixture;
let s3: S3Client;
beforeAll(async () => {
  fixture = await startServer({ worker: true });
  const { url: endpoint, region, credentials } = fixture.server;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "watched" }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: "watched", VersioningConfiguration }));
  for (const Key of ["one", "two"])
    await s3.send(new PutObjectCommand({ Bucket: "watched", Key, Body: Key }));
});
afterAll(async () => {
  s3.destroy();
  await fixture[Symbol.asyncDispose]();
});

const declaration = (S3ObjectKey: string, polls: boolean) =>
  pipeline({
    stages: [
      stage(
        "Source",
        source({
          actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
          configuration: { S3Bucket: "watched", S3ObjectKey, PollForSourceChanges: String(polls) },
        }),
      ),
      stage("Deploy", approval()),
    ],
  });

const update = (key: string, polls: boolean) =>
  fixture.client.send(new UpdatePipelineCommand({ pipeline: declaration(key, polls) }));

/** The executions, newest first, once the newest one's source has run. */
async function settled(count: number) {
  return vi.waitFor(
    async () => {
      const { pipelineExecutionSummaries: all = [] } = await fixture.client.send(
        new ListPipelineExecutionsCommand({ pipelineName: "app" }),
      );
      expect(all).toHaveLength(count);
      expect(all[0]?.sourceRevisions).toHaveLength(1);
      return all;
    },
    { timeout: 20_000, interval: 50 },
  );
}

test("an update starts what a new poll, or one of something else, finds; the same poll again starts nothing (api.md UpdatePipeline)", async () => {
  await fixture.client.send(new CreatePipelineCommand({ pipeline: declaration("one", false) }));
  const [created] = await settled(1);
  expect(created?.trigger?.triggerType).toBe("CreatePipeline");

  await update("one", true);
  const [polled] = await settled(2);
  expect(polled?.trigger).toEqual({ triggerType: "PollForSourceChanges", triggerDetail: "Fetch" });
  expect(polled?.sourceRevisions?.[0]?.revisionId).toBe(created?.sourceRevisions?.[0]?.revisionId);
  await update("one", true);
  await settled(2);

  await update("two", true);
  const [other] = await settled(3);
  expect(other?.trigger?.triggerType).toBe("PollForSourceChanges");
  expect(other?.sourceRevisions?.[0]?.revisionId).not.toBe(polled?.sourceRevisions?.[0]?.revisionId);

  await update("two", false);
  await update("two", true);
  await settled(3);
  await update("missing", true);
  await settled(3);
});

test("two polling sources give a new pipeline two executions, each with both revisions (api.md CreatePipeline)", async () => {
  const watching = (Key: string) =>
    source({
      name: Key,
      actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
      configuration: { S3Bucket: "watched", S3ObjectKey: Key, PollForSourceChanges: "true" },
      outputArtifacts: [{ name: Key }],
    });
  const stages = [stage("Source", watching("one"), watching("two")), stage("Deploy", approval())];
  await fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "both", stages }) }));
  const executions = await vi.waitFor(
    async () => {
      const { pipelineExecutionSummaries: all = [] } = await fixture.client.send(
        new ListPipelineExecutionsCommand({ pipelineName: "both" }),
      );
      expect(all.map(({ sourceRevisions }) => sourceRevisions?.length)).toEqual([2, 2]);
      return all.reverse();
    },
    { timeout: 20_000, interval: 50 },
  );
  expect(executions.map(({ trigger }) => trigger?.triggerDetail)).toEqual(["one", "two"]);
  for (const { sourceRevisions = [] } of executions)
    expect(sourceRevisions.map(({ actionName }) => actionName).sort()).toEqual(["one", "two"]);
});

describe("a polling source that finds nothing (api.md GetPipelineState, sources.md S5.6)", () => {
  const stateOf = async (name: string) => {
    const { stageStates = [] } = await fixture.client.send(new GetPipelineStateCommand({ name }));
    return stageStates[0]!;
  };
  const failed = (message: string) => [
    {
      actionName: "Fetch",
      latestExecution: { status: "Failed", errorDetails: { code: "ConfigurationError", message } },
    },
  ];

  test("is Failed without an execution or a revision; the stage shows its last real run", async () => {
    await s3.send(new PutObjectCommand({ Bucket: "watched", Key: "fleeting", Body: "here" }));
    const { stages } = declaration("fleeting", true);
    await fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "s3", stages }) }));
    const before = await vi.waitFor(
      async () => {
        const state = await stateOf("s3");
        // An action's end and its stage's are read one after the other.
        expect(state).toMatchObject({
          latestExecution: { status: "Succeeded" },
          actionStates: [{ latestExecution: { status: "Succeeded" } }],
        });
        return state;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(before.actionStates?.[0]?.currentRevision).toEqual({
      revisionId: expect.any(String),
      revisionChangeId: expect.any(String),
      created: expect.any(Date),
    });

    await s3.send(new DeleteObjectCommand({ Bucket: "watched", Key: "fleeting" }));
    const message = "The object with key 'fleeting' could not be found in the S3 bucket watched.";
    expect(await stateOf("s3")).toEqual({ ...before, actionStates: failed(message) });
    await fixture.client.send(
      new UpdatePipelineCommand({ pipeline: { ...declaration("fleeting", false), name: "s3" } }),
    );
    expect((await stateOf("s3")).actionStates).toEqual(before.actionStates);
  });

  test("of a repository says whether that or its branch is missing, until there is one", async () => {
    const configuration = { RepositoryName: "late", BranchName: "main" };
    const stages = [stage("Source", source({ configuration })), stage("Deploy", approval())];
    await fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "git", stages }) }));
    expect((await stateOf("git")).actionStates).toEqual(
      failed(
        "The action failed because the AWS CodeCommit repository late could not be found. Make sure you are using the correct repository name, and then try again.",
      ),
    );
    const { url: endpoint, region, credentials } = fixture.server;
    const codeCommit = new CodeCommitClient({ endpoint, region, credentials });
    await codeCommit.send(new CreateRepositoryCommand({ repositoryName: "late" }));
    codeCommit.destroy();
    const unborn = await stateOf("git");
    expect(unborn).not.toHaveProperty("latestExecution");
    expect(unborn.actionStates).toEqual(
      failed(
        "The action failed because no branch named main was found in the selected AWS CodeCommit repository late. Make sure you are using the correct branch name, and then try again.",
      ),
    );
  });
});
