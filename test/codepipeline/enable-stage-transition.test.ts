import {
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  type StageTransitionType,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import {
  BUILDER,
  build,
  ORIGIN,
  pass,
  placesOf,
  SHIPPER,
  ship,
  start,
  statusOf,
  worked,
} from "./support/workers.ts";

const here = freshPipeline(worked([stage("Build", build()), stage("Ship", ship())]));

const disable = (stageName: string, transitionType: StageTransitionType = "Inbound", reason = "freeze") =>
  here.client.send(
    new DisableStageTransitionCommand({ pipelineName: "app", stageName, transitionType, reason }),
  );
const enable = (stageName: string, transitionType: StageTransitionType = "Inbound", pipelineName = "app") =>
  here.client.send(new EnableStageTransitionCommand({ pipelineName, stageName, transitionType }));

describe("EnableStageTransition (api.md §12, semantics.md E2.7)", () => {
  it("T1 holds executions back, the newer superseding the older, and lets the waiting one in", async () => {
    await disable("Ship");
    await pass(here.client, ORIGIN, BUILDER);
    expect((await placesOf(here.client, "Ship")).waiting).toEqual([here.executionId]);
    const second = await start(here.client);
    await pass(here.client, ORIGIN, BUILDER);
    expect((await placesOf(here.client, "Ship")).waiting).toEqual([second]);
    expect(await statusOf(here.client, here.executionId)).toBe("Superseded");
    await enable("Ship");
    expect(await placesOf(here.client, "Ship")).toEqual({
      inside: second,
      status: "InProgress",
      waiting: [],
    });
    await pass(here.client, SHIPPER);
    expect(await statusOf(here.client, second)).toBe("Succeeded");
  });

  it("T22 outbound of a stage and inbound of the next are two flags on one boundary", async () => {
    await disable("Build", "Outbound");
    await disable("Ship", "Inbound");
    await pass(here.client, ORIGIN, BUILDER);
    await enable("Ship", "Inbound");
    expect((await placesOf(here.client, "Ship")).waiting).toEqual([here.executionId]);
    await enable("Build", "Outbound");
    expect((await placesOf(here.client, "Ship")).inside).toBe(here.executionId);
  });

  it("refuses unknown pipelines and stages", async () => {
    expect(await refusal(enable("Ship", "Inbound", "nobody"))).toMatch(
      /^PipelineNotFoundException: Account /,
    );
    expect(await refusal(enable("Nowhere"))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'Nowhere'",
    );
  });
});
