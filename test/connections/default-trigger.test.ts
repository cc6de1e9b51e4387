/** The trigger that a connection's source has by itself, as its pipeline's readers see it. */
import {
  CreatePipelineCommand,
  GetPipelineCommand,
  type PipelineDeclaration,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approval, pipeline, stage } from "../codepipeline/support/declarations.ts";
import { type Connected, connected, connectionSource } from "./support/connected.ts";

let at: Connected;
let arn: string;
beforeAll(async () => {
  at = await connected({ worker: false });
  arn = await at.connect();
});
afterAll(() => at[Symbol.asyncDispose]());

const on = (branch: string) => ({
  providerType: "CodeStarSourceConnection" as const,
  gitConfiguration: { sourceActionName: "Fetch", push: [{ branches: { includes: [branch] } }] },
});

test("api.md §4.2: it is in every answer, goes back by an update, and stands aside for one that is named", async () => {
  const { client } = at.fixture;
  const declared = (configuration: Record<string, string>, changes: Partial<PipelineDeclaration> = {}) =>
    pipeline({
      stages: [stage("Source", connectionSource(arn, configuration)), stage("Release", approval())],
      ...changes,
    });
  const update = async (declaration: PipelineDeclaration | undefined) =>
    (await client.send(new UpdatePipelineCommand({ pipeline: declaration }))).pipeline?.triggers;
  const read = async () => (await client.send(new GetPipelineCommand({ name: "app" }))).pipeline;

  const { pipeline: made } = await client.send(new CreatePipelineCommand({ pipeline: declared({}) }));
  expect(made?.triggers).toEqual([on("main")]);
  expect(await read()).toEqual(made);
  expect(await update(await read())).toEqual([on("main")]);
  expect(await update(declared({}, { triggers: [on("release")] }))).toEqual([on("release")]);
  expect(await update(declared({}, { triggers: [] }))).toEqual([on("main")]);
  expect(await update(declared({ DetectChanges: "false" }))).toBeUndefined();
  expect(await update(declared({}))).toEqual([on("main")]);
  expect((await read())?.triggers).toEqual([on("main")]);
});
