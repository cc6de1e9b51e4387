import { StopPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import { beforeEach, describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import {
  BUILDER,
  build,
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

const here = freshPipeline(
  worked([
    stage("Build", build({ name: "One" }), build({ name: "Two" }), build({ name: "Three", runOrder: 2 })),
  ]),
);
beforeEach(async () => {
  await pass(here.client, ORIGIN);
});

const stop = (abandon = false, pipelineExecutionId = here.executionId, pipelineName = "app") =>
  here.client.send(new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId, abandon }));
const actions = async () =>
  (await stageState(here.client, "Build")).actionStates?.map((action) => action.latestExecution?.status);
const notStoppable = (executionId: string) =>
  `PipelineExecutionNotStoppableException: The pipeline execution with ID '${executionId}' in 'app' can't be stopped now. Either it does not exist in the pipeline, or the pipeline execution has no action executions in progress.`;

describe("StopPipelineExecution (api.md §11, semantics.md E6)", () => {
  it("stop and wait: running actions end, then it is Stopped and no later group starts", async () => {
    expect((await stop()).pipelineExecutionId).toBe(here.executionId);
    expect(await statusOf(here.client, here.executionId)).toBe("Stopping");
    expect((await stageState(here.client, "Build")).latestExecution?.status).toBe("Stopping");
    const jobs = await takeAll(here.client, BUILDER);
    await succeed(here.client, jobs.get("One")!);
    expect(await statusOf(here.client, here.executionId)).toBe("Stopping");
    await succeed(here.client, jobs.get("Two")!);
    expect(await statusOf(here.client, here.executionId)).toBe("Stopped");
    expect(await actions()).toEqual(["Succeeded", "Succeeded", undefined]);
  });

  it("abandon: running actions are Abandoned at once; late results are answered and change nothing", async () => {
    const jobs = await takeAll(here.client, BUILDER);
    await succeed(here.client, jobs.get("One")!);
    await stop(true);
    expect(await statusOf(here.client, here.executionId)).toBe("Stopped");
    expect(await actions()).toEqual(["Succeeded", "Abandoned", undefined]);
    await succeed(here.client, jobs.get("Two")!);
    expect(await actions()).toEqual(["Succeeded", "Abandoned", undefined]);
  });

  it("E6.1 the same kind of stop twice is refused; abandoning after stop and wait is not", async () => {
    await stop();
    expect(await refusal(stop())).toBe(
      `DuplicatedStopRequestException: The execution with ID ${here.executionId} in app is already in a stopping state. If you already chose to stop and wait, you cannot make that request again. You can choose to stop and abandon now, but be aware that this option can lead to failed actions. If you already chose to stop and abandon, you cannot make that request again.`,
    );
    await stop(true);
    expect(await refusal(stop(true))).toBe(notStoppable(here.executionId));
  });

  it("E6.2 a waiting execution is Stopped at once and never enters", async () => {
    const waiting = await start(here.client);
    await pass(here.client, ORIGIN);
    expect((await placesOf(here.client, "Build")).waiting).toEqual([waiting]);
    await stop(false, waiting);
    expect(await statusOf(here.client, waiting)).toBe("Stopped");
    expect((await placesOf(here.client, "Build")).waiting).toEqual([]);
  });

  it("E6.5 the next one enters when the stage is free", async () => {
    const next = await start(here.client);
    await pass(here.client, ORIGIN);
    await stop(true);
    expect(await placesOf(here.client, "Build")).toEqual({ inside: next, status: "InProgress", waiting: [] });
    expect((await take(here.client, BUILDER).catch(() => undefined)) ?? "two").toBe("two");
  });

  it("E6.1 refuses executions that have ended", async () => {
    const jobs = await takeAll(here.client, BUILDER);
    for (const job of jobs.values()) await succeed(here.client, job);
    await pass(here.client, BUILDER);
    expect(await statusOf(here.client, here.executionId)).toBe("Succeeded");
    for (const abandon of [false, true])
      expect(await refusal(stop(abandon))).toBe(notStoppable(here.executionId));
  });

  it("refuses unknown pipelines and executions", async () => {
    const other = "00000000-0000-4000-8000-000000000000";
    expect(await refusal(stop(false, here.executionId, "nobody"))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'nobody'",
    );
    expect(await refusal(stop(false, other))).toBe(notStoppable(other));
  });
});
