/** What UpdatePipeline and DeletePipeline do to executions in progress, as their callers see it. */
import {
  DeletePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { approval, stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import {
  BUILDER,
  build,
  fail,
  ORIGIN,
  pass,
  placesOf,
  stageState,
  start,
  statusOf,
  succeed,
  take,
  takeAll,
  worked,
} from "./support/workers.ts";

const declaration = worked([stage("Build", build()), stage("Release", approval())]);
const here = freshPipeline(declaration);
const update = (executionMode: "SUPERSEDED" | "QUEUED" | "PARALLEL" = "SUPERSEDED") =>
  here.client.send(new UpdatePipelineCommand({ pipeline: { ...declaration, executionMode } }));
const execution = async (pipelineExecutionId: string) => {
  const { pipelineExecution } = await here.client.send(
    new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId }),
  );
  return pipelineExecution!;
};

describe("UpdatePipeline with executions in progress (api.md §4.3, semantics.md E11)", () => {
  it("E11.1 cancels who waits at once; who works ends Cancelled when its actions have ended", async () => {
    const { client, executionId } = here;
    const waiting = await start(client);
    const job = await take(client, ORIGIN);
    await update();
    const cancelled = {
      status: "Cancelled",
      statusSummary: "The pipeline was updated to version 2 before the execution could complete.",
      pipelineVersion: 1,
    };
    expect(await execution(waiting)).toMatchObject(cancelled);
    expect(await statusOf(client, executionId)).toBe("InProgress");
    const newer = await start(client);
    expect(await placesOf(client, "Source")).toEqual({
      inside: executionId,
      status: "InProgress",
      waiting: [newer],
    });
    await succeed(client, job);
    expect(await execution(executionId)).toMatchObject(cancelled);
    expect(await execution(newer)).toMatchObject({ status: "InProgress", pipelineVersion: 2 });
    expect(await takeAll(client, BUILDER)).toHaveProperty("size", 0);
  });

  it.each(["SUPERSEDED", "QUEUED"] as const)(
    "E11.2 %s: a waiting approval is closed, and its execution cancelled",
    async (mode) => {
      const { client } = here;
      await update(mode);
      await pass(client, ORIGIN);
      const waiting = await start(client);
      await pass(client, ORIGIN, BUILDER);
      const { actionStates: [open] = [] } = await stageState(client, "Release");
      await update(mode);
      expect(await statusOf(client, waiting)).toBe("Cancelled");
      const { actionStates: [closed] = [], latestExecution } = await stageState(client, "Release");
      expect(latestExecution).toEqual({ pipelineExecutionId: waiting, status: "Cancelled" });
      expect(closed?.latestExecution).not.toHaveProperty("token");
      const answer = new PutApprovalResultCommand({
        pipelineName: "app",
        stageName: "Release",
        actionName: "Approve",
        token: open?.latestExecution?.token,
        result: { status: "Approved", summary: "late" },
      });
      expect(await refusal(client.send(answer))).toMatch(/^(InvalidApprovalToken|ApprovalAlreadyCompleted)/);
    },
  );

  it("E11.5 refuses to retry what an older version ran", async () => {
    const { client, executionId: pipelineExecutionId } = here;
    await pass(client, ORIGIN);
    await fail(client, await take(client, BUILDER));
    await update();
    const retry = new RetryStageExecutionCommand({
      pipelineName: "app",
      stageName: "Build",
      pipelineExecutionId,
      retryMode: "FAILED_ACTIONS",
    });
    expect(await refusal(client.send(retry))).toMatch(/^StageNotRetryableException: The stage named Build /);
  });

  it("E11.1 lets PARALLEL executions go on to their end in their own version", async () => {
    const { client } = here;
    await update("PARALLEL");
    await pass(client, ORIGIN);
    const parallel = await start(client);
    await update("SUPERSEDED");
    await pass(client, ORIGIN, BUILDER);
    const { actionExecutionDetails: [waiting] = [] } = await client.send(
      new ListActionExecutionsCommand({
        pipelineName: "app",
        filter: { pipelineExecutionId: parallel },
      }),
    );
    await client.send(
      new PutApprovalResultCommand({
        pipelineName: "app",
        stageName: "Release",
        actionName: "Approve",
        token: waiting!.output!.executionResult!.externalExecutionId,
        result: { status: "Approved", summary: "" },
      }),
    );
    expect(await execution(parallel)).toMatchObject({ status: "Succeeded", pipelineVersion: 2 });
  });

  it("GetPipelineState shows PARALLEL's most recent run of a stage, and its approval's token works", async () => {
    const { client } = here;
    await update("PARALLEL");
    await pass(client, ORIGIN);
    const runs: string[] = [];
    for (let i = 0; i < 2; i++) {
      runs.push(await start(client));
      await pass(client, ORIGIN, BUILDER);
    }
    const { latestExecution, actionStates } = await stageState(client, "Release");
    expect(latestExecution).toEqual({ pipelineExecutionId: runs[1], status: "InProgress" });
    await client.send(
      new PutApprovalResultCommand({
        pipelineName: "app",
        stageName: "Release",
        actionName: "Approve",
        token: actionStates![0]!.latestExecution!.token,
        result: { status: "Approved", summary: "" },
      }),
    );
    expect([await statusOf(client, runs[0]!), await statusOf(client, runs[1]!)]).toEqual([
      "InProgress",
      "Succeeded",
    ]);
  });
});

describe("DeletePipeline with executions in progress (api.md §10, semantics.md E11.7)", () => {
  it("hands out nothing of it any more, and its approvals can't be answered", async () => {
    const { client } = here;
    await pass(client, ORIGIN, BUILDER);
    const { actionStates } = await stageState(client, "Release");
    await start(client);
    await client.send(new DeletePipelineCommand({ name: "app" }));
    expect(await takeAll(client, ORIGIN)).toHaveProperty("size", 0);
    const answer = new PutApprovalResultCommand({
      pipelineName: "app",
      stageName: "Release",
      actionName: "Approve",
      token: actionStates![0]!.latestExecution!.token,
      result: { status: "Approved", summary: "" },
    });
    expect(await refusal(client.send(answer))).toMatch(/^PipelineNotFoundException: /);
  });
});
