import {
  type CodePipelineClient,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineExecutionCommand,
  type StageTransitionType,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import {
  BUILDER,
  build,
  createWorked,
  ORIGIN,
  pass,
  placesOf,
  SHIPPER,
  ship,
  stageState,
  start,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
let client: CodePipelineClient;
let first: string;
beforeAll(async () => {
  fixture = await startServer();
});
beforeEach(async () => {
  client = fixture.freshClient();
  first = await createWorked(client, worked([stage("Build", build()), stage("Ship", ship())]));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const disable = (stageName: string, transitionType: StageTransitionType = "Inbound", reason = "freeze") =>
  client.send(new DisableStageTransitionCommand({ pipelineName: "app", stageName, transitionType, reason }));
const enable = (stageName: string, transitionType: StageTransitionType = "Inbound", pipelineName = "app") =>
  client.send(new EnableStageTransitionCommand({ pipelineName, stageName, transitionType }));
const status = async (pipelineExecutionId: string) =>
  (await client.send(new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId })))
    .pipelineExecution?.status;

describe("DisableStageTransition, EnableStageTransition (api.md §12, semantics.md E2.7, E2.8)", () => {
  it("T1 holds executions back, the newer superseding the older, and lets the waiting one in", async () => {
    await disable("Ship");
    await pass(client, ORIGIN, BUILDER);
    expect((await placesOf(client, "Ship")).waiting).toEqual([first]);
    const second = await start(client);
    await pass(client, ORIGIN, BUILDER);
    expect((await placesOf(client, "Ship")).waiting).toEqual([second]);
    expect(await status(first)).toBe("Superseded");
    await enable("Ship");
    expect(await placesOf(client, "Ship")).toEqual({ inside: second, status: "InProgress", waiting: [] });
    await pass(client, SHIPPER);
    expect(await status(second)).toBe("Succeeded");
  });

  it("T22 outbound of a stage and inbound of the next are two flags on one boundary", async () => {
    await disable("Build", "Outbound");
    await disable("Ship", "Inbound");
    await pass(client, ORIGIN, BUILDER);
    await enable("Ship", "Inbound");
    expect((await placesOf(client, "Ship")).waiting).toEqual([first]);
    await enable("Build", "Outbound");
    expect((await placesOf(client, "Ship")).inside).toBe(first);
  });

  it("repeating is harmless; disabling again replaces the reason", async () => {
    await disable("Ship", "Inbound", "one");
    await disable("Ship", "Inbound", "two");
    expect((await stageState(client, "Ship")).inboundTransitionState?.disabledReason).toBe("two");
    await enable("Ship");
    await enable("Ship");
    expect((await stageState(client, "Ship")).inboundTransitionState?.enabled).toBe(true);
  });

  it("E2.8 inbound of the first stage holds new executions", async () => {
    await pass(client, ORIGIN);
    await disable("Source");
    const held = await start(client);
    expect((await placesOf(client, "Source")).waiting).toEqual([held]);
  });

  it("refuses unknown pipelines and stages", async () => {
    expect(await refusal(enable("Ship", "Inbound", "nobody"))).toMatch(
      /^PipelineNotFoundException: Account /,
    );
    expect(await refusal(disable("Nowhere"))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'Nowhere'",
    );
  });
});
