import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { CALLER, refusal } from "./support/server.ts";
import {
  BUILD_AND_SHIP,
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
  worked,
} from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

const rollback = (
  targetPipelineExecutionId: string,
  changes: { stageName?: string; pipelineName?: string } = {},
) =>
  here.client.send(
    new RollbackStageCommand({
      pipelineName: "app",
      stageName: "Ship",
      targetPipelineExecutionId,
      ...changes,
    }),
  );

/** The execution that has just begun delivers revision and Sha `sha`. */
async function deliver(sha: string): Promise<void> {
  await succeed(here.client, await take(here.client, ORIGIN), {
    currentRevision: { revision: `rev-${sha}`, changeIdentifier: sha, revisionSummary: `say ${sha}` },
  });
  await succeed(here.client, await take(here.client, BUILDER), { outputVariables: { Sha: sha } });
  await pass(here.client, SHIPPER);
}

async function twoDeliveries(): Promise<{ first: string; second: string }> {
  await deliver("one");
  const second = await start(here.client);
  await deliver("two");
  return { first: here.executionId, second };
}

describe("RollbackStage (api.md §11, semantics.md E8)", () => {
  it("E8.1, E8.5 runs the stage alone, with the target's artifacts, variables and revisions", async () => {
    const { first } = await twoDeliveries();
    const { pipelineExecutionId: id } = await rollback(first);
    expect(await stageState(here.client, "Ship")).toMatchObject({
      latestExecution: { pipelineExecutionId: id, status: "InProgress", type: "ROLLBACK" },
    });
    const job = await take(here.client, SHIPPER);
    expect(job.data?.actionConfiguration?.configuration).toEqual({ Note: "one" });
    const { actionExecutionDetails: rows = [] } = await here.client.send(
      new ListActionExecutionsCommand({ pipelineName: "app", filter: { pipelineExecutionId: first } }),
    );
    const built = rows.find(({ actionName }) => actionName === "Build")?.output?.outputArtifacts?.[0];
    expect(job.data?.inputArtifacts?.[0]?.location?.s3Location).toEqual({
      bucketName: built?.s3location?.bucket,
      objectKey: built?.s3location?.key,
    });
    await succeed(here.client, job);
    expect(await statusOf(here.client, id!)).toBe("Succeeded");
  });

  it("§19.1 is told as a ROLLBACK with its target and its target's revisions", async () => {
    const { first, second } = await twoDeliveries();
    const { pipelineExecutionId } = await rollback(first);
    const { pipelineExecution } = await here.client.send(
      new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId }),
    );
    expect(pipelineExecution).toMatchObject({
      pipelineExecutionId,
      pipelineVersion: 1,
      status: "InProgress",
      executionType: "ROLLBACK",
      rollbackMetadata: { rollbackTargetPipelineExecutionId: first },
      trigger: { triggerType: "ManualRollback", triggerDetail: JSON.stringify({ AwsUserArn: CALLER }) },
      artifactRevisions: [{ name: "Code", revisionId: "rev-one" }],
    });
    const { pipelineExecutionSummaries: [newest, other] = [] } = await here.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: "app" }),
    );
    expect(newest).toMatchObject({
      executionType: "ROLLBACK",
      rollbackMetadata: { rollbackTargetPipelineExecutionId: first },
      sourceRevisions: [{ actionName: "Fetch", revisionId: "rev-one", revisionSummary: "say one" }],
    });
    expect(other?.pipelineExecutionId).toBe(second);
    expect(other).not.toHaveProperty("executionType");
    expect(other).not.toHaveProperty("rollbackMetadata");
  });

  it("succeededInStage lists its targets, never rollbacks", async () => {
    const { first, second } = await twoDeliveries();
    await rollback(first);
    await pass(here.client, SHIPPER);
    const { pipelineExecutionSummaries = [] } = await here.client.send(
      new ListPipelineExecutionsCommand({
        pipelineName: "app",
        filter: { succeededInStage: { stageName: "Ship" } },
      }),
    );
    expect(pipelineExecutionSummaries.map(({ pipelineExecutionId }) => pipelineExecutionId)).toEqual([
      second,
      first,
    ]);
  });

  it("E8.3 refuses in order: pipeline, stage, target, its version (§4.3), its success, who is in the stage", async () => {
    const { first } = await twoDeliveries();
    const unknown = "00000000-0000-4000-8000-000000000000";
    expect(await refusal(rollback(first, { pipelineName: "none" }))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'none'",
    );
    expect(await refusal(rollback(unknown, { stageName: "None" }))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'None'",
    );
    expect(await refusal(rollback(unknown))).toBe(
      `PipelineExecutionNotFoundException: Target Pipeline Execution with id '${unknown}' does not exist in pipeline with name 'app'`,
    );
    const third = await start(here.client);
    expect(await refusal(rollback(third))).toBe(
      `UnableToRollbackStageException: Target Pipeline Execution with id '${third}' has not completed in stage with name 'Ship'`,
    );
    const { pipelineExecutionId } = await rollback(first);
    expect(await refusal(rollback(pipelineExecutionId!))).toBe(
      `UnableToRollbackStageException: Target Pipeline Execution with id '${pipelineExecutionId}' has not completed in stage with name 'Ship'`,
    );
    expect(await refusal(rollback(first))).toBe(
      `UnableToRollbackStageException: Stage 'Ship' in pipeline 'app' is in use by execution '${pipelineExecutionId}'. Roll back when it has ended, or stop it first.`,
    );
    await here.client.send(new UpdatePipelineCommand({ pipeline: BUILD_AND_SHIP }));
    expect(await refusal(rollback(first))).toMatch(/^PipelineExecutionOutdatedException: /);
  });

  it("E8.3 refuses V1 pipelines (inferred: api.md RollbackStage)", async () => {
    const pipeline = { ...worked([stage("Ship", ship())], { name: "old" }), pipelineType: "V1" as const };
    await here.client.send(new CreatePipelineCommand({ pipeline }));
    expect(await refusal(rollback(here.executionId, { pipelineName: "old" }))).toBe(
      "ValidationException: Pipeline 'old' is of type V1, whose stages can't be rolled back. Update it to type V2.",
    );
  });

  it.each(["QUEUED", "PARALLEL"] as const)(
    "works in %s, too; the same target may be used again and again",
    async (executionMode) => {
      await here.client.send(new UpdatePipelineCommand({ pipeline: { ...BUILD_AND_SHIP, executionMode } }));
      await pass(here.client, ORIGIN);
      const target = await start(here.client);
      await deliver("one");
      await start(here.client);
      await deliver("two");
      for (let n = 0; n < 2; n++) {
        const { pipelineExecutionId: id } = await rollback(target);
        const job = await take(here.client, SHIPPER);
        expect(job.data?.actionConfiguration?.configuration).toEqual({ Note: "one" });
        await succeed(here.client, job);
        expect(await statusOf(here.client, id!)).toBe("Succeeded");
      }
    },
  );

  it("is refused while the stage runs for another execution", async () => {
    const { first } = await twoDeliveries();
    const third = await start(here.client);
    await succeed(here.client, await take(here.client, ORIGIN));
    await succeed(here.client, await take(here.client, BUILDER), { outputVariables: { Sha: "three" } });
    expect(await refusal(rollback(first))).toBe(
      `UnableToRollbackStageException: Stage 'Ship' in pipeline 'app' is in use by execution '${third}'. Roll back when it has ended, or stop it first.`,
    );
  });

  it("E8.8 can be stopped, and retried", async () => {
    const { first } = await twoDeliveries();
    const { pipelineExecutionId: id } = await rollback(first);
    await here.client.send(
      new StopPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId: id, abandon: true }),
    );
    expect(await statusOf(here.client, id!)).toBe("Stopped");
    await here.client.send(
      new RetryStageExecutionCommand({
        pipelineName: "app",
        stageName: "Ship",
        pipelineExecutionId: id,
        retryMode: "FAILED_ACTIONS",
      }),
    );
    const job = await take(here.client, SHIPPER);
    expect(job.data?.actionConfiguration?.configuration).toEqual({ Note: "one" });
    await succeed(here.client, job);
    expect(await statusOf(here.client, id!)).toBe("Succeeded");
  });

  it("E8.3 of the first stage: sources are read anew, and the target's revisions are told", async () => {
    const { first } = await twoDeliveries();
    const { pipelineExecutionId } = await rollback(first, { stageName: "Source" });
    await succeed(here.client, await take(here.client, ORIGIN), {
      currentRevision: { revision: "rev-three", changeIdentifier: "three" },
    });
    const { pipelineExecution } = await here.client.send(
      new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId }),
    );
    expect(pipelineExecution).toMatchObject({
      status: "Succeeded",
      artifactRevisions: [{ revisionId: "rev-one" }],
    });
  });
});

describe("onFailure (api.md §5.2, semantics.md E7.8, E8.4)", () => {
  async function createWith(onFailure: { result: "RETRY" | "ROLLBACK" }): Promise<void> {
    const pipeline = worked([
      stage("Build", build({ namespace: "built", outputArtifacts: [{ name: "App" }] })),
      { ...stage("Ship", ship({ configuration: { Note: "#{built.Sha}" } })), onFailure },
    ]);
    await deliver("zero");
    await here.client.send(new UpdatePipelineCommand({ pipeline }));
    await start(here.client);
    await deliver("one");
  }

  it("RETRY runs what failed again by itself, once", async () => {
    await createWith({ result: "RETRY" });
    const id = await start(here.client);
    await pass(here.client, ORIGIN);
    await succeed(here.client, await take(here.client, BUILDER), { outputVariables: { Sha: "two" } });
    await fail(here.client, await take(here.client, SHIPPER));
    expect(await stageState(here.client, "Ship")).toMatchObject({
      latestExecution: { pipelineExecutionId: id, status: "InProgress" },
      retryStageMetadata: { autoStageRetryAttempt: 1, latestRetryTrigger: "AutomatedStageRetry" },
    });
    await fail(here.client, await take(here.client, SHIPPER));
    expect(await statusOf(here.client, id)).toBe("Failed");
  });

  it("ROLLBACK brings back what was in force, and its trigger names the failed execution (inferred: api.md StartPipelineExecution)", async () => {
    await createWith({ result: "ROLLBACK" });
    const id = await start(here.client);
    await succeed(here.client, await take(here.client, ORIGIN));
    await succeed(here.client, await take(here.client, BUILDER), { outputVariables: { Sha: "bad" } });
    await fail(here.client, await take(here.client, SHIPPER));
    expect(await statusOf(here.client, id)).toBe("Failed");
    const job = await take(here.client, SHIPPER);
    expect(job.data?.actionConfiguration?.configuration).toEqual({ Note: "one" });
    const { pipelineExecutionSummaries: [newest] = [] } = await here.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: "app" }),
    );
    expect(newest).toMatchObject({
      executionType: "ROLLBACK",
      trigger: {
        triggerType: "AutomatedRollback",
        triggerDetail: JSON.stringify({ FailedPipelineExecutionId: id }),
      },
    });
  });
});
