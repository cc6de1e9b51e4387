import { DisableStageTransitionCommand, EnableStageTransitionCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, it, vi } from "vitest";
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
  stageState,
  start,
  statusOf,
  worked,
} from "./support/workers.ts";

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
  it("repeating is harmless; disabling again replaces the reason and the time", async () => {
    await disable("Ship", "app", "one");
    const before = (await stageState(here.client, "Ship")).inboundTransitionState!.lastChangedAt!.getTime();
    await vi.waitUntil(() => Date.now() > before);
    await disable("Ship", "app", "two");
    const { disabledReason, lastChangedAt } = (await stageState(here.client, "Ship")).inboundTransitionState!;
    expect(disabledReason).toBe("two");
    expect(lastChangedAt!.getTime()).toBeGreaterThan(before);
    await enable("Ship");
    await enable("Ship");
    expect((await stageState(here.client, "Ship")).inboundTransitionState?.enabled).toBe(true);
  });

  it("E2.8 inbound of the first stage holds new executions (inferred: api.md §12)", async () => {
    await pass(here.client, ORIGIN);
    await disable("Source");
    const held = await start(here.client);
    expect((await placesOf(here.client, "Source")).waiting).toEqual([held]);
  });

  it("who waits is InProgress; the running stage isn't touched", async () => {
    await pass(here.client, ORIGIN);
    await disable("Build");
    expect(await placesOf(here.client, "Build")).toMatchObject({
      inside: here.executionId,
      status: "InProgress",
    });
    const held = await start(here.client);
    await pass(here.client, ORIGIN, BUILDER, SHIPPER);
    expect(await statusOf(here.client, here.executionId)).toBe("Succeeded");
    expect((await placesOf(here.client, "Build")).waiting).toEqual([held]);
    expect(await statusOf(here.client, held)).toBe("InProgress");
  });

  it("outbound shows by its effect alone: the execution waits before the next stage", async () => {
    const before = await stageState(here.client, "Build");
    await here.client.send(
      new DisableStageTransitionCommand({
        pipelineName: "app",
        stageName: "Build",
        transitionType: "Outbound",
        reason: "freeze",
      }),
    );
    expect(await stageState(here.client, "Build")).toEqual(before);
    await pass(here.client, ORIGIN, BUILDER);
    const next = await stageState(here.client, "Ship");
    expect(next.inboundTransitionState).toEqual({ enabled: true });
    expect(next.inboundExecution?.pipelineExecutionId).toBe(here.executionId);
  });

  it("wants a reason, without commas and colons", async () => {
    for (const reason of ["", "now, please", "why: freeze"])
      expect(await refusal(disable("Ship", "app", reason))).toMatch(
        /^ValidationException: \d validation errors? detected: Value at 'reason' failed to satisfy constraint: /,
      );
  });

  it("refuses unknown pipelines and stages", async () => {
    expect(await refusal(disable("Ship", "nobody"))).toMatch(/^PipelineNotFoundException: Account /);
    expect(await refusal(disable("Nowhere"))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'Nowhere'",
    );
  });
});
