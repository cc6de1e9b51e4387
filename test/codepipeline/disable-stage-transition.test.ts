import { DisableStageTransitionCommand, EnableStageTransitionCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { build, ORIGIN, pass, placesOf, ship, stageState, start, worked } from "./support/workers.ts";

const here = freshPipeline(worked([stage("Build", build()), stage("Ship", ship())]));

const disable = (stageName: string, pipelineName = "app", reason = "freeze") =>
  here.client.send(
    new DisableStageTransitionCommand({ pipelineName, stageName, transitionType: "Inbound", reason }),
  );
const enable = (stageName: string) =>
  here.client.send(
    new EnableStageTransitionCommand({ pipelineName: "app", stageName, transitionType: "Inbound" }),
  );

describe("DisableStageTransition (api.md §12, semantics.md E2.8)", () => {
  it("repeating is harmless; disabling again replaces the reason", async () => {
    await disable("Ship", "app", "one");
    await disable("Ship", "app", "two");
    expect((await stageState(here.client, "Ship")).inboundTransitionState?.disabledReason).toBe("two");
    await enable("Ship");
    await enable("Ship");
    expect((await stageState(here.client, "Ship")).inboundTransitionState?.enabled).toBe(true);
  });

  it("E2.8 inbound of the first stage holds new executions", async () => {
    await pass(here.client, ORIGIN);
    await disable("Source");
    const held = await start(here.client);
    expect((await placesOf(here.client, "Source")).waiting).toEqual([held]);
  });

  it("refuses unknown pipelines and stages", async () => {
    expect(await refusal(disable("Ship", "nobody"))).toMatch(/^PipelineNotFoundException: Account /);
    expect(await refusal(disable("Nowhere"))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'Nowhere'",
    );
  });
});
