/**
 * What Terraform's aws provider (5.100) asks for its three resources, call by call, for machines that don't have it: what
 * it reads back must be what it wrote, or its next plan isn't empty (api.md §19).
 */
import {
  type ActionDeclaration,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  DeletePipelineCommand,
  DeleteWebhookCommand,
  GetPipelineCommand,
  ListTagsForResourceCommand,
  type PipelineDeclaration,
  PutWebhookCommand,
  paginateListActionTypes,
  paginateListWebhooks,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approval, ROLE } from "../codepipeline/support/declarations.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const tagsOf = async (resourceArn: string | undefined) =>
  (await fixture.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
const key = { category: "Build", provider: "TfBuilder", version: "1" } as const;

test("aws_codepipeline_custom_action_type: found in the list of all, its tags by an ARN without an account", async () => {
  const { client } = fixture;
  const properties = [{ name: "Project", key: true, queryable: true, required: true, secret: false }];
  await client.send(
    new CreateCustomActionTypeCommand({
      ...key,
      configurationProperties: properties,
      inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
      tags: [{ key: "team", value: "a" }],
    }),
  );
  const pages = await Array.fromAsync(paginateListActionTypes({ client }, { actionOwnerFilter: "Custom" }));
  const found = pages
    .flatMap(({ actionTypes = [] }) => actionTypes)
    .find(({ id }) => id?.provider === key.provider);
  expect(found).toMatchObject({ settings: {}, actionConfigurationProperties: properties });
  const withoutAccount = "arn:aws:codepipeline:us-east-1::actiontype:Custom/Build/TfBuilder/1";
  expect(await tagsOf(withoutAccount)).toEqual([{ key: "team", value: "a" }]);
});

test("aws_codepipeline: read back member by member as it was written; tags first, then the update", async () => {
  const { client } = fixture;
  const release = { ...approval(), runOrder: 1, configuration: {}, inputArtifacts: [], outputArtifacts: [] };
  const compile = {
    name: "Compile",
    actionTypeId: { ...key, owner: "Custom" },
    configuration: { Project: "web" },
    inputArtifacts: [],
    outputArtifacts: [{ name: "built" }],
    runOrder: 2,
    timeoutInMinutes: 10,
  } satisfies ActionDeclaration;
  const source = {
    name: "Fetch",
    actionTypeId: { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" },
    configuration: { BranchName: "main", PollForSourceChanges: "false", RepositoryName: "web" },
    inputArtifacts: [],
    outputArtifacts: [{ name: "code" }],
    namespace: "Src",
    runOrder: 1,
  } satisfies ActionDeclaration;
  const declaration: PipelineDeclaration = {
    name: "web",
    roleArn: ROLE,
    pipelineType: "V2",
    executionMode: "QUEUED",
    stages: [
      { name: "Source", actions: [source] },
      { name: "Build", actions: [compile] },
      { name: "Release", actions: [release] },
    ],
    variables: [{ name: "Env", defaultValue: "dev", description: "Where to" }],
  };
  await client.send(
    new CreatePipelineCommand({ pipeline: declaration, tags: [{ key: "team", value: "a" }] }),
  );
  const { pipeline, metadata } = await client.send(new GetPipelineCommand({ name: "web" }));
  expect(pipeline).toEqual({ ...declaration, version: 1 });
  const resourceArn = metadata?.pipelineArn;
  expect(await tagsOf(resourceArn)).toEqual([{ key: "team", value: "a" }]);

  await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: "stage", value: "b" }] }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
  await client.send(new UpdatePipelineCommand({ pipeline: { ...declaration, executionMode: "PARALLEL" } }));
  const read = await client.send(new GetPipelineCommand({ name: "web" }));
  expect(read.pipeline).toEqual({ ...declaration, executionMode: "PARALLEL", version: 2 });
  expect(await tagsOf(resourceArn)).toEqual([{ key: "stage", value: "b" }]);
});

test("aws_codepipeline_webhook: found by its ARN; an update without tags keeps them and the URL", async () => {
  const { client } = fixture;
  const webhook = {
    name: "hook",
    targetPipeline: "web",
    targetAction: "Fetch",
    authentication: "UNAUTHENTICATED",
    authenticationConfiguration: {},
    filters: [{ jsonPath: "$.ref", matchEquals: "refs/heads/main" }],
  } as const;
  const put = async (matchEquals: string, tags?: { key: string; value: string }[]) =>
    (
      await client.send(
        new PutWebhookCommand({
          webhook: { ...webhook, filters: [{ jsonPath: "$.ref", matchEquals }] },
          tags,
        }),
      )
    ).webhook;
  const made = await put("refs/heads/main", [{ key: "team", value: "a" }]);
  const updated = await put("refs/heads/next");
  expect([updated?.arn, updated?.url]).toEqual([made?.arn, made?.url]);
  const pages = await Array.fromAsync(paginateListWebhooks({ client }, {}));
  const found = pages.flatMap(({ webhooks = [] }) => webhooks).find(({ arn }) => arn === made?.arn);
  expect(found?.definition).toEqual({
    ...webhook,
    filters: [{ jsonPath: "$.ref", matchEquals: "refs/heads/next" }],
  });
  expect(await tagsOf(made?.arn)).toEqual([{ key: "team", value: "a" }]);
});

test("destroying: each is gone, and its absence is told by the error that the provider waits for", async () => {
  const { client } = fixture;
  await client.send(new DeleteWebhookCommand({ name: "hook" }));
  await client.send(new DeletePipelineCommand({ name: "web" }));
  await client.send(new DeleteCustomActionTypeCommand(key));
  await expect(client.send(new GetPipelineCommand({ name: "web" }))).rejects.toMatchObject({
    name: "PipelineNotFoundException",
  });
  const [{ webhooks } = {}] = await Array.fromAsync(paginateListWebhooks({ client }, {}));
  expect(webhooks).toEqual([]);
  const [{ actionTypes } = {}] = await Array.fromAsync(
    paginateListActionTypes({ client }, { actionOwnerFilter: "Custom" }),
  );
  expect(actionTypes).toEqual([]);
});
