import {
  type CodePipelineClient,
  GetPipelineExecutionCommand,
  StopPipelineExecutionCommand,
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
  stageState,
  start,
  succeed,
  take,
  takeAll,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
let client: CodePipelineClient;
let id: string;
beforeAll(async () => {
  fixture = await startServer();
});
beforeEach(async () => {
  client = fixture.freshClient();
  id = await createWorked(
    client,
    worked([
      stage("Build", build({ name: "One" }), build({ name: "Two" }), build({ name: "Three", runOrder: 2 })),
    ]),
  );
  await pass(client, ORIGIN);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const stop = (abandon = false, pipelineExecutionId = id, pipelineName = "app") =>
  client.send(new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId, abandon }));
const status = async (pipelineExecutionId = id) =>
  (await client.send(new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId })))
    .pipelineExecution?.status;
const actions = async () =>
  (await stageState(client, "Build")).actionStates?.map((action) => action.latestExecution?.status);
const notStoppable = (executionId: string) =>
  `PipelineExecutionNotStoppableException: The pipeline execution with ID '${executionId}' in 'app' can't be stopped now. Either it does not exist in the pipeline, or the pipeline execution has no action executions in progress.`;

describe("StopPipelineExecution (api.md §11, semantics.md E6)", () => {
  it("stop and wait: running actions end, then it is Stopped and no later group starts", async () => {
    expect((await stop()).pipelineExecutionId).toBe(id);
    expect(await status()).toBe("Stopping");
    expect((await stageState(client, "Build")).latestExecution?.status).toBe("Stopping");
    const jobs = await takeAll(client, BUILDER);
    await succeed(client, jobs.get("One")!);
    expect(await status()).toBe("Stopping");
    await succeed(client, jobs.get("Two")!);
    expect(await status()).toBe("Stopped");
    expect(await actions()).toEqual(["Succeeded", "Succeeded", undefined]);
  });

  it("abandon: running actions are Abandoned at once; late results are answered and change nothing", async () => {
    const jobs = await takeAll(client, BUILDER);
    await succeed(client, jobs.get("One")!);
    await stop(true);
    expect(await status()).toBe("Stopped");
    expect(await actions()).toEqual(["Succeeded", "Abandoned", undefined]);
    await succeed(client, jobs.get("Two")!);
    expect(await actions()).toEqual(["Succeeded", "Abandoned", undefined]);
  });

  it("E6.1 the same kind of stop twice is refused; abandoning after stop and wait is not", async () => {
    await stop();
    expect(await refusal(stop())).toBe(
      `DuplicatedStopRequestException: The execution with ID ${id} in app is already in a stopping state. If you already chose to stop and wait, you cannot make that request again. You can choose to stop and abandon now, but be aware that this option can lead to failed actions. If you already chose to stop and abandon, you cannot make that request again.`,
    );
    await stop(true);
    expect(await refusal(stop(true))).toBe(notStoppable(id));
  });

  it("E6.2 a waiting execution is Stopped at once and never enters", async () => {
    const waiting = await start(client);
    await pass(client, ORIGIN);
    expect((await placesOf(client, "Build")).waiting).toEqual([waiting]);
    await stop(false, waiting);
    expect(await status(waiting)).toBe("Stopped");
    expect((await placesOf(client, "Build")).waiting).toEqual([]);
  });

  it("E6.5 the next one enters when the stage is free", async () => {
    const next = await start(client);
    await pass(client, ORIGIN);
    await stop(true);
    expect(await placesOf(client, "Build")).toEqual({ inside: next, status: "InProgress", waiting: [] });
    expect((await take(client, BUILDER).catch(() => undefined)) ?? "two").toBe("two");
  });

  it("refuses unknown pipelines and executions", async () => {
    const other = "00000000-0000-4000-8000-000000000000";
    expect(await refusal(stop(false, id, "nobody"))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'nobody'",
    );
    expect(await refusal(stop(false, other))).toBe(notStoppable(other));
  });
});
