/** Starts with `sourceRevisions`: what the worker's own sources then deliver, and what is shown of it. */

import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  type SourceRevisionOverride,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { workingCopy } from "../git/host.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { approval, ROLE, source, stage } from "./support/declarations.ts";

let fixture: TestServer;
let client: CodePipelineClient;
let s3: S3Client;
beforeAll(async () => {
  fixture = await testServer();
  client = new CodePipelineClient(fixture.config);
  s3 = new S3Client({ ...fixture.config, forcePathStyle: true });
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** Starts pipeline `name` with revisions of its action Fetch; answers once that has ended. */
async function startWith(name: string, ...given: Omit<SourceRevisionOverride, "actionName">[]) {
  const sourceRevisions = given.map((revision) => ({ ...revision, actionName: "Fetch" }));
  const { pipelineExecutionId } = await client.send(
    new StartPipelineExecutionCommand({ name, sourceRevisions }),
  );
  const filter = { pipelineExecutionId };
  const action = await vi.waitFor(
    async () => {
      const { actionExecutionDetails = [] } = await client.send(
        new ListActionExecutionsCommand({ pipelineName: name, filter }),
      );
      const found = actionExecutionDetails.find(({ actionName }) => actionName === "Fetch");
      expect(found?.status).not.toBe("InProgress");
      return found!;
    },
    { timeout: 20_000, interval: 50 },
  );
  const { pipelineExecution } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId }),
  );
  return { action, revisions: pipelineExecution?.artifactRevisions ?? [] };
}

async function create(name: string, fetch: ReturnType<typeof source>): Promise<void> {
  const stages = [stage("Source", fetch), stage("Release", approval())];
  await client.send(
    new CreatePipelineCommand({ pipeline: { name, roleArn: ROLE, executionMode: "PARALLEL", stages } }),
  );
}

describe("StartPipelineExecution sourceRevisions (api.md §11, providers.md P1.18)", () => {
  const versions: Record<string, string> = {};
  const put = async (Key: string, Body: string) => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: "inbox", Key, Body }));
    versions[Body] = VersionId!;
  };
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "inbox" }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: "inbox", VersioningConfiguration }));
    for (const text of ["one", "two"]) await put("app.zip", text);
    for (const text of ["other one", "other two"]) await put("other/ü 1.zip", text);
    const configuration = {
      S3Bucket: "inbox",
      S3ObjectKey: "app.zip",
      PollForSourceChanges: "false",
      AllowOverrideForS3ObjectKey: "true",
    };
    const actionTypeId = { category: "Source", owner: "AWS", provider: "S3", version: "1" } as const;
    await create("object", source({ actionTypeId, configuration }));
  });

  const version = (text: string) =>
    ({ revisionType: "S3_OBJECT_VERSION_ID", revisionValue: versions[text] }) as const;
  const key = { revisionType: "S3_OBJECT_KEY", revisionValue: "other/ü 1.zip" } as const;
  it.each([
    ["none: the newest version", () => [], "two"],
    ["a version", () => [version("one")], "one"],
    ["a key: its newest version", () => [key], "other two"],
    ["a key and a version of it", () => [key, version("other one")], "other one"],
  ] as const)("S3 delivers %s", async (_, given, text) => {
    const { action, revisions } = await startWith("object", ...given());
    const { bucket: Bucket, key: Key } = action.output!.outputArtifacts![0]!.s3location!;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe(text);
    const id = versions[text];
    expect(revisions).toEqual([
      { name: "Code", revisionId: id, revisionSummary: `Amazon S3 version id: ${id}` },
    ]);
    expect(action.output?.outputVariables).toMatchObject({
      VersionId: id,
      ObjectKey: text.startsWith("other") ? "other/ü 1.zip" : "app.zip",
    });
  });

  it("CodeCommit delivers the commit, and refuses what is no commit's id", async () => {
    const codeCommit = new CodeCommitClient(fixture.config);
    await codeCommit.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    await using copy = await workingCopy();
    const first = await copy.commit("a.txt", "one", "Say one");
    await copy.commit("a.txt", "two", "Say two");
    const { accessKeyId, secretAccessKey } = fixture.server.credentials;
    const remote = Object.assign(new URL("/git/app.git", fixture.server.url), {
      username: accessKeyId,
      password: secretAccessKey,
    });
    await copy.git("push", "--quiet", remote.href, "main");
    await create("commit", source());
    const { revisions } = await startWith("commit", { revisionType: "COMMIT_ID", revisionValue: first });
    expect(revisions).toEqual([
      {
        name: "Code",
        revisionId: first,
        revisionChangeIdentifier: first,
        revisionSummary: "Say one",
        created: expect.any(Date),
      },
    ]);
    const { action } = await startWith("commit", { revisionType: "COMMIT_ID", revisionValue: "main" });
    expect(action.output?.executionResult?.errorDetails).toEqual({
      code: "RevisionUnavailable",
      message: "Commit main is no longer in repository app",
    });
  });
});
