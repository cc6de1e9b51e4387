import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineCommand,
  StartPipelineExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
  const { client } = fixture;
  await client.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const renamed = pipeline({ stages: [stage("Source", source()), stage("Release", approval())] });
  await client.send(new UpdatePipelineCommand({ pipeline: renamed }));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const get = (version?: number, name = "app") =>
  fixture.client.send(new GetPipelineCommand({ name, version }));

describe("GetPipeline (api.md §10)", () => {
  it("answers the latest version by default, and every version that was", async () => {
    expect((await get()).pipeline).toMatchObject({ version: 2, stages: [{}, { name: "Release" }] });
    expect((await get(2)).pipeline).toEqual((await get()).pipeline);
    expect((await get(1)).pipeline).toMatchObject({ version: 1, stages: [{}, { name: "Deploy" }] });
  });

  it("answers metadata of the pipeline as it is now, whatever the version", async () => {
    const { metadata } = await get(1);
    expect(metadata).toEqual((await get(2)).metadata);
    expect(metadata).toEqual({
      pipelineArn: "arn:aws:codepipeline:us-east-1:000000000000:app",
      created: expect.any(Date),
      updated: expect.any(Date),
    });
    expect(metadata!.updated!.getTime()).toBeGreaterThanOrEqual(metadata!.created!.getTime());
  });

  it("§4 has updated moved by UpdatePipeline alone: not by transitions, executions or tags", async () => {
    const { client } = fixture;
    const { metadata } = await get();
    const transition = { pipelineName: "app", stageName: "Release", transitionType: "Inbound" } as const;
    await client.send(new DisableStageTransitionCommand({ ...transition, reason: "frozen" }));
    await client.send(new EnableStageTransitionCommand(transition));
    await client.send(new StartPipelineExecutionCommand({ name: "app" }));
    const resourceArn = metadata?.pipelineArn;
    await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: "a", value: "1" }] }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
    expect((await get()).metadata).toEqual(metadata);
  });

  it("answers what UpdatePipeline takes back unchanged", async () => {
    const before = (await get()).pipeline!;
    const { pipeline: after } = await fixture.client.send(new UpdatePipelineCommand({ pipeline: before }));
    expect(after).toEqual({ ...before, version: before.version! + 1 });
  });

  it("refuses what isn't there", async () => {
    expect(await refusal(get(undefined, "other"))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'other'",
    );
    expect(await refusal(get(99))).toMatch(
      /^PipelineVersionNotFoundException: Pipeline 'app' does not have a version 99/,
    );
    expect(await refusal(get(0))).toBe(
      "ValidationException: 1 validation error detected: Value at 'version' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  });

  it("§2.4 knows nothing of other regions", async () => {
    const elsewhere = fixture.clientOf("eu-west-1");
    expect(await refusal(elsewhere.send(new GetPipelineCommand({ name: "app" })))).toMatch(
      /^PipelineNotFoundException: /,
    );
  });
});
