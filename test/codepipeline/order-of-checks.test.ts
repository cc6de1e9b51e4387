/** A declaration that is wrong in every way is told one thing at a time; mending that brings the next. */
import {
  type ActionDeclaration,
  CreatePipelineCommand,
  type PipelineDeclaration,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approval, commands, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
  await fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "taken" }) }));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const bucket = { type: "S3" as const, location: "no-such-bucket" };
const idle = commands({ name: "First", commands: undefined });
const unknown = approval({
  name: "Second",
  actionTypeId: { category: "Test", owner: "Custom", provider: "Nothing", version: "1" },
});
const stagesOf = (...actions: ActionDeclaration[]) => [stage("Source", source()), stage("Work", ...actions)];
const twice = (...actions: ActionDeclaration[]) => [stage("Twice", source()), stage("Twice", ...actions)];

const WORST = pipeline({
  name: "taken",
  artifactStore: bucket,
  artifactStores: { "us-east-1": bucket },
  stages: twice({ ...idle, runOrder: 0 }, unknown),
  variables: [{ name: "A" }, { name: "A" }],
  triggers: [
    {
      providerType: "CodeStarSourceConnection",
      gitConfiguration: { sourceActionName: "Fetch", push: [{}] },
    },
  ],
});

/** What is told of it, in order, and what mends that. */
const MENDING: readonly (readonly [told: string, mended: Partial<PipelineDeclaration>])[] = [
  ["stages.2.member.actions.1.member.runOrder' failed to satisfy", { stages: twice(idle, unknown) }],
  ["PipelineNameInUseException", { name: "free" }],
  ["Specify either 'pipeline.artifactStore' or", { artifactStores: undefined }],
  ["Stage name 'Twice' is used more than once", { stages: stagesOf(idle, unknown) }],
  ["Action First must have a non-empty commands field", { stages: stagesOf(approval(), unknown) }],
  ["in action 'Second' is not available in region", { stages: stagesOf(approval()) }],
  ["Variable names must be unique", { variables: [] }],
  ["The trigger configuration for the source action is not valid", { triggers: [] }],
  ["An error occurred while validating the artifact bucket", { artifactStore: undefined }],
];

test("constraints, name, stores, stages, each action, variables, triggers, bucket (inferred: api.md §5)", async () => {
  let declaration = WORST;
  const create = () => fixture.client.send(new CreatePipelineCommand({ pipeline: declaration }));
  for (const [told, mended] of MENDING) {
    expect(await refusal(create())).toContain(told);
    declaration = { ...declaration, ...mended };
  }
  await create();
});

test("an update looks for its pipeline after the constraints, before the rest (inferred: api.md §5)", async () => {
  const update = (changes: Partial<PipelineDeclaration>) =>
    refusal(
      fixture.client.send(new UpdatePipelineCommand({ pipeline: { ...WORST, ...changes, name: "nobody" } })),
    );
  expect(await update({})).toMatch(/^ValidationException: 1 validation error detected/);
  expect(await update({ stages: twice(idle, unknown) })).toMatch(/^ResourceNotFoundException/);
});
