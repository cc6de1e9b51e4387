import {
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approval, stage } from "./support/declarations.ts";
import { CALLER, type Fixture, refusal, startServer } from "./support/server.ts";
import {
  BUILDER,
  build,
  createWorked,
  fail,
  ORIGIN,
  pass,
  SHIPPER,
  ship,
  stageState,
  start,
  succeed,
  take,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
let first: string;
beforeAll(async () => {
  fixture = await startServer();
  first = await createWorked(
    fixture.client,
    worked([
      stage("Build", build()),
      stage(
        "Approve",
        approval({ configuration: { ExternalEntityLink: "https://review.example/1" } }),
        ship({ runOrder: 2 }),
      ),
    ]),
  );
});
afterAll(() => fixture[Symbol.asyncDispose]());

const state = (name: string) => fixture.client.send(new GetPipelineStateCommand({ name }));
const actionOf = async (stageName: string, index = 0) =>
  (await stageState(fixture.client, stageName)).actionStates?.[index];

describe("GetPipelineState (api.md §11)", () => {
  it("shows every stage in declaration order, the first one too, with what nothing happened to", async () => {
    const { stageStates, $metadata, ...rest } = await state("app");
    const { metadata } = await fixture.client.send(new GetPipelineCommand({ name: "app" }));
    expect(rest).toEqual({
      pipelineName: "app",
      pipelineVersion: 1,
      created: metadata?.created,
      updated: metadata?.updated,
    });
    expect(rest.created).toBeInstanceOf(Date);
    expect(stageStates?.map(({ stageName }) => stageName)).toEqual(["Source", "Build", "Approve"]);
    expect(stageStates?.[0]).toEqual({
      stageName: "Source",
      inboundExecutions: [],
      inboundTransitionState: { enabled: true },
      latestExecution: { pipelineExecutionId: first, status: "InProgress" },
      actionStates: [
        {
          actionName: "Fetch",
          latestExecution: {
            actionExecutionId: expect.any(String),
            status: "InProgress",
            lastStatusChange: expect.any(Date),
          },
        },
      ],
    });
    expect(stageStates?.[1]).toEqual({
      stageName: "Build",
      inboundExecutions: [],
      inboundTransitionState: { enabled: true },
      actionStates: [{ actionName: "Build", entityUrl: "https://ci.example/app" }],
    });
  });

  it("shows currentRevision and revisionUrl of sources that ran", async () => {
    const { client } = fixture;
    const created = new Date(1_790_862_132_000);
    const currentRevision = { revision: "r1", changeIdentifier: "c1", created };
    await succeed(client, await take(client, ORIGIN), { currentRevision });
    expect(await actionOf("Source")).toMatchObject({
      currentRevision: { revisionId: "r1", revisionChangeId: "c1", created },
      latestExecution: { status: "Succeeded" },
    });
  });

  it("shows failures, and after a retry a new actionExecutionId with retryStageMetadata (§19.1)", async () => {
    const { client } = fixture;
    await fail(client, await take(client, BUILDER), "no compiler");
    const failed = await actionOf("Build");
    expect(failed?.latestExecution).toEqual({
      actionExecutionId: expect.any(String),
      status: "Failed",
      lastStatusChange: expect.any(Date),
      errorDetails: { code: "JobFailed", message: "no compiler" },
    });
    expect(await stageState(client, "Build")).not.toHaveProperty("retryStageMetadata");
    await client.send(
      new RetryStageExecutionCommand({
        pipelineName: "app",
        stageName: "Build",
        pipelineExecutionId: first,
        retryMode: "FAILED_ACTIONS",
      }),
    );
    const retried = await stageState(client, "Build");
    expect(retried.retryStageMetadata).toEqual({
      manualStageRetryAttempt: 1,
      latestRetryTrigger: "ManualStageRetry",
    });
    expect(retried.actionStates?.[0]?.latestExecution).toMatchObject({ status: "InProgress" });
    expect(retried.actionStates?.[0]?.latestExecution?.actionExecutionId).not.toBe(
      failed?.latestExecution?.actionExecutionId,
    );
  });

  it("shows what the worker told, and links made of it", async () => {
    const { client } = fixture;
    await succeed(client, await take(client, BUILDER), {
      executionDetails: { summary: "built", externalExecutionId: "42", percentComplete: 100 },
    });
    expect((await actionOf("Build"))?.latestExecution).toEqual({
      actionExecutionId: expect.any(String),
      status: "Succeeded",
      summary: "built",
      lastStatusChange: expect.any(Date),
      externalExecutionId: "42",
      externalExecutionUrl: "https://ci.example/app/42",
      percentComplete: 100,
    });
  });

  it("§19.1 shows exactly three members of a waiting approval, then the answer", async () => {
    const waiting = await actionOf("Approve");
    expect(waiting?.entityUrl).toBe("https://review.example/1");
    const { actionExecutionId, token, ...rest } = waiting!.latestExecution!;
    expect(rest).toEqual({ status: "InProgress" });
    expect(token).toBe(actionExecutionId);
    await fixture.client.send(
      new PutApprovalResultCommand({
        pipelineName: "app",
        stageName: "Approve",
        actionName: "Approve",
        token,
        result: { status: "Approved", summary: "fine" },
      }),
    );
    expect((await actionOf("Approve"))?.latestExecution).toEqual({
      actionExecutionId,
      status: "Succeeded",
      summary: "fine",
      lastStatusChange: expect.any(Date),
      lastUpdatedBy: CALLER,
    });
  });

  it("shows a rejection as Failed without errorDetails", async () => {
    const { client } = fixture;
    await pass(client, SHIPPER);
    await start(client);
    await pass(client, ORIGIN, BUILDER);
    const { latestExecution } = (await actionOf("Approve"))!;
    expect((await actionOf("Approve", 1))?.latestExecution).toBeUndefined();
    await client.send(
      new PutApprovalResultCommand({
        pipelineName: "app",
        stageName: "Approve",
        actionName: "Approve",
        token: latestExecution?.token,
        result: { status: "Rejected", summary: "no" },
      }),
    );
    expect((await actionOf("Approve"))?.latestExecution).toEqual({
      actionExecutionId: latestExecution?.actionExecutionId,
      status: "Failed",
      summary: "no",
      lastStatusChange: expect.any(Date),
      lastUpdatedBy: CALLER,
    });
    expect((await stageState(client, "Approve")).latestExecution?.status).toBe("Failed");
  });

  it("shows a disabled transition and what waits there, until it is enabled", async () => {
    const { client } = fixture;
    const transition = { pipelineName: "app", stageName: "Build", transitionType: "Inbound" as const };
    await client.send(new DisableStageTransitionCommand({ ...transition, reason: "freeze" }));
    const waiting = await start(client);
    await pass(client, ORIGIN);
    const disabled = await stageState(client, "Build");
    expect(disabled.inboundTransitionState).toEqual({
      enabled: false,
      disabledReason: "freeze",
      lastChangedBy: CALLER,
      lastChangedAt: expect.any(Date),
    });
    const inbound = { pipelineExecutionId: waiting, status: "InProgress" };
    expect(disabled.inboundExecution).toEqual(inbound);
    expect(disabled.inboundExecutions).toEqual([inbound]);
    await client.send(new EnableStageTransitionCommand(transition));
    const enabled = await stageState(client, "Build");
    expect(enabled.inboundTransitionState).toMatchObject({ enabled: true });
    expect(enabled).not.toHaveProperty("inboundExecution");
    expect(enabled.latestExecution?.pipelineExecutionId).toBe(waiting);
  });

  it("shows who enabled a transition again, and when, without the reason (inferred: api.md GetPipelineState)", async () => {
    const { inboundTransitionState } = await stageState(fixture.client, "Build");
    expect(inboundTransitionState).toEqual({
      enabled: true,
      lastChangedBy: CALLER,
      lastChangedAt: expect.any(Date),
    });
  });

  it("after a retry of all actions shows each one's newest attempt until it starts again", async () => {
    const client = fixture.freshClient();
    const declaration = worked([stage("Build", build({ name: "One" }), build({ name: "Two", runOrder: 2 }))]);
    const pipelineExecutionId = await createWorked(client, declaration);
    await pass(client, ORIGIN, BUILDER);
    await fail(client, await take(client, BUILDER));
    const shown = async () =>
      (await stageState(client, "Build")).actionStates!.map(({ latestExecution }) => latestExecution!);
    const before = await shown();
    await client.send(
      new RetryStageExecutionCommand({
        pipelineName: "app",
        stageName: "Build",
        pipelineExecutionId,
        retryMode: "ALL_ACTIONS",
      }),
    );
    const [one, two] = await shown();
    expect(one?.status).toBe("InProgress");
    expect(one?.actionExecutionId).not.toBe(before[0]?.actionExecutionId);
    expect(two).toEqual(before[1]);
    await pass(client, BUILDER);
    const [, again] = await shown();
    expect(again?.status).toBe("InProgress");
    expect(again?.actionExecutionId).not.toBe(before[1]?.actionExecutionId);
  });

  it("shows all that wait in QUEUED, and the next of them as inboundExecution", async () => {
    const client = fixture.freshClient();
    await createWorked(client, worked([stage("Build", build())], { executionMode: "QUEUED" }));
    const waiting = [await start(client), await start(client)].map((pipelineExecutionId) => ({
      pipelineExecutionId,
      status: "InProgress",
    }));
    const { inboundExecutions, inboundExecution } = await stageState(client, "Source");
    expect(inboundExecutions).toEqual(waiting);
    expect(inboundExecution).toEqual(waiting[0]);
  });

  it("refuses an unknown pipeline", async () => {
    expect(await refusal(state("nobody"))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'nobody'",
    );
  });
});
