import {
  ListPipelineExecutionsCommand,
  PutActionRevisionCommand,
  type PutActionRevisionInput,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { beforeEach, describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { CALLER, refusal } from "./support/server.ts";
import { fetch, ORIGIN, ship, succeed, takeAll, worked } from "./support/workers.ts";

const TWO_SOURCES = worked([stage("Ship", ship({ name: "Ship" }))], {
  stages: [
    stage("Source", fetch(), fetch({ name: "Other", outputArtifacts: [] })),
    stage("Ship", ship({ inputArtifacts: [{ name: "Code" }] })),
  ],
});

const here = freshPipeline(TWO_SOURCES);

const put = (changes: Partial<PutActionRevisionInput> = {}, revisionId = "r1", revisionChangeId = "c1") =>
  here.client.send(
    new PutActionRevisionCommand({
      pipelineName: "app",
      stageName: "Source",
      actionName: "Fetch",
      actionRevision: { revisionId, revisionChangeId, created: new Date(1_790_000_000_000) },
      ...changes,
    }),
  );

const executions = async () =>
  (await here.client.send(new ListPipelineExecutionsCommand({ pipelineName: "app" })))
    .pipelineExecutionSummaries ?? [];

/** Lets both sources of the execution that runs deliver. @returns the revisions that they were told to, by action */
async function deliver() {
  const jobs = await takeAll(here.client, ORIGIN);
  for (const [action, job] of jobs) {
    const currentRevision = { revision: "worker's", changeIdentifier: "own" };
    await succeed(here.client, job, action === "Fetch" ? { currentRevision } : {});
  }
  return Object.fromEntries(
    Array.from(jobs, ([action, { data }]) => [action, data?.outputArtifacts?.[0]?.revision]),
  );
}

describe("PutActionRevision (api.md §13.2)", () => {
  beforeEach(async () => {
    await deliver();
  });

  it("E13.4: starts an execution that is bound to a new revision, and none for a known one", async () => {
    const first = await put();
    expect(first).toMatchObject({ newRevision: true, pipelineExecutionId: expect.any(String) });
    const known = await put();
    expect(known).toMatchObject({ newRevision: false, pipelineExecutionId: first.pipelineExecutionId });
    const [newest, ...others] = await executions();
    expect(others).toHaveLength(1);
    expect(newest).toMatchObject({
      pipelineExecutionId: first.pipelineExecutionId,
      trigger: { triggerType: "PutActionRevision" },
    });
  });

  it("is told as the trigger, with its caller (inferred: api.md StartPipelineExecution)", async () => {
    await put();
    const [newest] = await executions();
    expect(newest?.trigger).toEqual({ triggerType: "PutActionRevision", triggerDetail: CALLER });
  });

  it("takes another change of the same revision, and the same revision of another source, as new", async () => {
    expect((await put()).newRevision).toBe(true);
    expect((await put({}, "r1", "c2")).newRevision).toBe(true);
    expect((await put({ actionName: "Other" })).newRevision).toBe(true);
    expect((await put({ actionName: "Other" })).newRevision).toBe(false);
  });

  it("shows the bound revision to the source's worker, and records what the worker reports", async () => {
    const { pipelineExecutionId } = await put();
    expect(await deliver()).toEqual({ Fetch: "r1", Other: undefined });
    const [newest] = await executions();
    expect(newest).toMatchObject({
      pipelineExecutionId,
      sourceRevisions: [{ actionName: "Fetch", revisionId: "worker's" }],
    });
  });

  it("knows the revisions that source actions delivered; the latest execution that used one is answered (inferred: api.md §13.2)", async () => {
    const [created] = await executions();
    expect(await put({}, "worker's", "own")).toMatchObject({
      newRevision: false,
      pipelineExecutionId: created?.pipelineExecutionId,
    });
    const { pipelineExecutionId } = await put();
    await deliver();
    expect(await put({}, "worker's", "own")).toMatchObject({ newRevision: false, pipelineExecutionId });
  });

  it("refuses an action that isn't a source's (inferred: api.md §13.2)", async () => {
    expect(await refusal(put({ stageName: "Ship", actionName: "Ship" }))).toBe(
      "ValidationException: Action 'Ship' in stage 'Ship' is not a source action. Revisions can only be put for source actions.",
    );
    expect(await executions()).toHaveLength(1);
  });

  it("refuses what isn't there", async () => {
    expect(await refusal(put({ pipelineName: "nobody" }))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'nobody'",
    );
    expect(await refusal(put({ stageName: "Nowhere" }))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'Nowhere'",
    );
    expect(await refusal(put({ actionName: "Nobody" }))).toMatch(/^ActionNotFoundException: /);
    expect(await executions()).toHaveLength(1);
  });

  it("refuses to go beyond the limit of concurrent executions, and the revision stays new", async () => {
    const parallel = { ...TWO_SOURCES, pipelineType: "V2", executionMode: "PARALLEL" } as const;
    await here.client.send(new UpdatePipelineCommand({ pipeline: parallel }));
    for (let at = 0; at < 50; at++) await put({}, `r${at}`);
    expect(await refusal(put({}, "one more"))).toMatch(
      /^ConcurrentPipelineExecutionsLimitExceededException: /,
    );
    expect((await put({}, "r7")).newRevision).toBe(false);
    await deliver();
    expect(await refusal(put({}, "one more"))).toMatch(
      /^ConcurrentPipelineExecutionsLimitExceededException: /,
    );
  });
});
