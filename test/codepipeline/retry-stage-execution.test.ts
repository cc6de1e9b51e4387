import {
  type Job,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { beforeEach, describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import {
  BUILDER,
  build,
  fail,
  ORIGIN,
  pass,
  SHIPPER,
  ship,
  stageState,
  start,
  statusOf,
  succeed,
  take,
  takeAll,
  worked,
} from "./support/workers.ts";

const declaration = worked(
  [
    stage("Build", build({ name: "One" }), build({ name: "Two" })),
    stage("Ship", ship({ configuration: { Note: "#{variables.Env}" }, inputArtifacts: [{ name: "Code" }] })),
  ],
  { variables: [{ name: "Env", defaultValue: "dev" }] },
);

const here = freshPipeline(declaration);
let jobs: Map<string, Job>;
beforeEach(async () => {
  const currentRevision = { revision: "r1", changeIdentifier: "c1" };
  await succeed(here.client, await take(here.client, ORIGIN), { currentRevision });
  jobs = await takeAll(here.client, BUILDER);
});

const retry = (
  retryMode: "FAILED_ACTIONS" | "ALL_ACTIONS" = "FAILED_ACTIONS",
  changes: { stageName?: string; pipelineName?: string; pipelineExecutionId?: string } = {},
) =>
  here.client.send(
    new RetryStageExecutionCommand({
      pipelineName: "app",
      stageName: "Build",
      pipelineExecutionId: here.executionId,
      retryMode,
      ...changes,
    }),
  );
const stop = () =>
  here.client.send(
    new StopPipelineExecutionCommand({
      pipelineName: "app",
      pipelineExecutionId: here.executionId,
      abandon: true,
    }),
  );
const notRetryable = (executionId = here.executionId) =>
  `StageNotRetryableException: The stage named Build in the app pipeline can't be retried now. Either it contains no failed actions, the execution '${executionId}' is already superseded, or the pipeline definition has changed since the action(s) failed.`;

describe("RetryStageExecution (api.md §11, semantics.md E7)", () => {
  it("FAILED_ACTIONS runs what failed again, in the same execution", async () => {
    await succeed(here.client, jobs.get("One")!);
    await fail(here.client, jobs.get("Two")!);
    expect(await statusOf(here.client, here.executionId)).toBe("Failed");
    expect((await retry()).pipelineExecutionId).toBe(here.executionId);
    expect(await statusOf(here.client, here.executionId)).toBe("InProgress");
    const again = await takeAll(here.client, BUILDER);
    expect([...again.keys()]).toEqual(["Two"]);
    await succeed(here.client, again.get("Two")!);
    await pass(here.client, SHIPPER);
    expect(await statusOf(here.client, here.executionId)).toBe("Succeeded");
  });

  it("ALL_ACTIONS runs the whole stage again", async () => {
    await succeed(here.client, jobs.get("One")!);
    await fail(here.client, jobs.get("Two")!);
    await retry("ALL_ACTIONS");
    expect([...(await takeAll(here.client, BUILDER)).keys()].sort()).toEqual(["One", "Two"]);
  });

  it("T4 while siblings run: FAILED_ACTIONS only, and once", async () => {
    await fail(here.client, jobs.get("One")!);
    expect(await refusal(retry("ALL_ACTIONS"))).toBe(notRetryable());
    await retry();
    expect((await stageState(here.client, "Build")).retryStageMetadata?.manualStageRetryAttempt).toBe(1);
    expect(await refusal(retry())).toBe(notRetryable());
  });

  it("runs again what was abandoned; the stage of a stopped execution can be retried", async () => {
    await succeed(here.client, jobs.get("One")!);
    await stop();
    expect(await statusOf(here.client, here.executionId)).toBe("Stopped");
    await retry();
    expect(await statusOf(here.client, here.executionId)).toBe("InProgress");
    expect([...(await takeAll(here.client, BUILDER)).keys()]).toEqual(["Two"]);
  });

  it("goes on with the revisions and variables of the execution, whatever came since", async () => {
    await succeed(here.client, jobs.get("One")!);
    await fail(here.client, jobs.get("Two")!);
    const { inputArtifacts } = jobs.get("Two")!.data!;
    expect(inputArtifacts).toMatchObject([{ name: "Code", revision: "r1" }]);
    await here.client.send(
      new StartPipelineExecutionCommand({ name: "app", variables: [{ name: "Env", value: "prod" }] }),
    );
    await takeAll(here.client, ORIGIN);
    await retry();
    const again = await takeAll(here.client, BUILDER);
    expect(again.get("Two")!.data?.inputArtifacts).toEqual(inputArtifacts);
    await succeed(here.client, again.get("Two")!);
    const { data } = await take(here.client, SHIPPER);
    expect(data?.pipelineContext?.pipelineExecutionId).toBe(here.executionId);
    expect(data?.inputArtifacts).toEqual(inputArtifacts);
    expect(data?.actionConfiguration?.configuration).toEqual({ Note: "dev" });
  });

  it("refuses an execution that isn't there like one with nothing to retry (inferred: api.md RetryStageExecution)", async () => {
    const other = "00000000-0000-4000-8000-000000000000";
    expect(await refusal(retry("ALL_ACTIONS", { pipelineExecutionId: other }))).toBe(notRetryable(other));
  });

  it("refuses when nothing failed, and after an update", async () => {
    expect(await refusal(retry())).toBe(notRetryable());
    await succeed(here.client, jobs.get("One")!);
    await fail(here.client, jobs.get("Two")!);
    await here.client.send(new UpdatePipelineCommand({ pipeline: declaration }));
    expect(await refusal(retry())).toBe(notRetryable());
  });

  it("E2.11 refuses when a later execution has entered the stage", async () => {
    await succeed(here.client, jobs.get("One")!);
    await fail(here.client, jobs.get("Two")!);
    await start(here.client);
    await pass(here.client, ORIGIN);
    expect(await refusal(retry())).toMatch(
      /^NotLatestPipelineExecutionException: .*a later execution has entered/,
    );
  });

  it("refuses unknown pipelines and stages", async () => {
    expect(await refusal(retry("ALL_ACTIONS", { pipelineName: "nobody" }))).toMatch(
      /^PipelineNotFoundException: Account /,
    );
    expect(await refusal(retry("ALL_ACTIONS", { stageName: "Nowhere" }))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'Nowhere'",
    );
  });
});
