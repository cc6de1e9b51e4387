import {
  CreatePipelineCommand,
  PutApprovalResultCommand,
  type PutApprovalResultInput,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { beforeEach, describe, expect, it } from "vitest";
import { approval, stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { ORIGIN, pass, SHIPPER, ship, stageState, statusOf, takeAll, worked } from "./support/workers.ts";

const declaration = worked([
  stage("Release", approval({ configuration: { IsSummaryRequired: "true" } }), ship({ runOrder: 2 })),
]);

const here = freshPipeline(declaration);
let token: string;
beforeEach(async () => {
  await pass(here.client, ORIGIN);
  const { actionStates: [waiting] = [] } = await stageState(here.client, "Release");
  token = waiting!.latestExecution!.token!;
});

const put = (changes: Partial<PutApprovalResultInput> = {}) =>
  here.client.send(
    new PutApprovalResultCommand({
      pipelineName: "app",
      stageName: "Release",
      actionName: "Approve",
      token,
      result: { status: "Approved", summary: "go" },
      ...changes,
    }),
  );

describe("PutApprovalResult (api.md §13.1, semantics.md E5)", () => {
  it("approves: the stage goes on", async () => {
    const { approvedAt } = await put();
    expect(approvedAt).toBeInstanceOf(Date);
    await pass(here.client, SHIPPER);
    expect(await statusOf(here.client, here.executionId)).toBe("Succeeded");
  });

  it("rejects: the execution fails; the answer has approvedAt too", async () => {
    const { approvedAt } = await put({ result: { status: "Rejected", summary: "no" } });
    expect(approvedAt).toBeInstanceOf(Date);
    expect(await statusOf(here.client, here.executionId)).toBe("Failed");
    expect(await takeAll(here.client, SHIPPER)).toHaveProperty("size", 0);
  });

  it("E5.2 one answer counts; every later one is told so, the same answer too", async () => {
    const both = await Promise.allSettled([put(), put({ result: { status: "Rejected", summary: "no" } })]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await refusal(put())).toBe(
      "ApprovalAlreadyCompletedException: The approval of action 'Approve' in stage 'Release' has already been approved or rejected.",
    );
  });

  it("E5.2 needs a summary where the action says so, and stays open without", async () => {
    for (const summary of ["", "  "]) {
      expect(await refusal(put({ result: { status: "Approved", summary } }))).toBe(
        "InvalidApprovalTokenException: Action 'Approve' in stage 'Release' requires a summary. Provide a summary in the approval result and try again.",
      );
    }
    await put();
  });

  it("takes an empty summary where the action wants none", async () => {
    const { client } = here;
    const pipeline = worked([stage("Release", approval())], { name: "easy" });
    await client.send(new CreatePipelineCommand({ pipeline }));
    await pass(client, ORIGIN);
    const { actionStates: [waiting] = [] } = await stageState(client, "Release", "easy");
    const { token: easy } = waiting!.latestExecution!;
    await put({ pipelineName: "easy", token: easy, result: { status: "Approved", summary: "" } });
    const { actionStates: [approved] = [] } = await stageState(client, "Release", "easy");
    expect(approved?.latestExecution?.status).toBe("Succeeded");
    expect(approved?.latestExecution).not.toHaveProperty("summary");
  });

  it("refuses what isn't there, in order", async () => {
    expect(await refusal(put({ pipelineName: "nobody" }))).toMatch(/^PipelineNotFoundException: Account /);
    expect(await refusal(put({ stageName: "Nowhere", token: crypto.randomUUID() }))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'Nowhere'",
    );
    expect(await refusal(put({ actionName: "Nothing" }))).toMatch(/^ActionNotFoundException: /);
    expect(await refusal(put({ token: crypto.randomUUID() }))).toBe(
      "InvalidApprovalTokenException: The approval token is not valid for action 'Approve' in stage 'Release'.",
    );
  });

  it("A22 another action's token is not valid", async () => {
    expect(await refusal(put({ actionName: "Ship" }))).toBe(
      "InvalidApprovalTokenException: The approval token is not valid for action 'Ship' in stage 'Release'.",
    );
    await put();
  });

  it("E5.5 an abandonment closes it", async () => {
    await here.client.send(
      new StopPipelineExecutionCommand({
        pipelineName: "app",
        pipelineExecutionId: here.executionId,
        abandon: true,
      }),
    );
    expect(await refusal(put())).toBe(
      "InvalidApprovalTokenException: The approval of action 'Approve' in stage 'Release' is no longer open.",
    );
    const { actionStates: [closed] = [] } = await stageState(here.client, "Release");
    expect(closed?.latestExecution).toMatchObject({
      status: "Failed",
      summary: "The approval action has been canceled.",
    });
  });

  it("E5.5 an update closes it", async () => {
    await here.client.send(new UpdatePipelineCommand({ pipeline: declaration }));
    expect(await refusal(put())).toBe(
      "InvalidApprovalTokenException: The pipeline app has been updated, and the approval request you responded to is now out of date.",
    );
    expect(await statusOf(here.client, here.executionId)).toBe("Cancelled");
    const { actionStates: [closed] = [] } = await stageState(here.client, "Release");
    expect(closed?.latestExecution).toMatchObject({
      status: "Failed",
      summary: "The approval action has been canceled.",
    });
  });

  it("E5.5 stop and wait leaves it open", async () => {
    await here.client.send(
      new StopPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId: here.executionId }),
    );
    expect(await statusOf(here.client, here.executionId)).toBe("Stopping");
    expect((await stageState(here.client, "Release")).latestExecution?.status).toBe("Stopping");
    await put();
    expect(await statusOf(here.client, here.executionId)).toBe("Stopped");
    expect(await takeAll(here.client, SHIPPER)).toHaveProperty("size", 0);
  });
});
