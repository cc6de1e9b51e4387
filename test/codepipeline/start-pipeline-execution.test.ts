import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
  type StartPipelineExecutionInput,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { CALLER, type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer({ maxConcurrentExecutions: 2 });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const create = (changes: Parameters<typeof pipeline>[0]) =>
  fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline(changes) }));
const start = (input: StartPipelineExecutionInput) =>
  fixture.client.send(new StartPipelineExecutionCommand(input));
const execution = async (pipelineName: string, pipelineExecutionId: string | undefined) =>
  (await fixture.client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId })))
    .pipelineExecution;

describe("StartPipelineExecution (api.md §11)", () => {
  it("starts an execution that can be read at once", async () => {
    await create({ name: "plain" });
    const { pipelineExecutionId } = await start({ name: "plain" });
    expect(await execution("plain", pipelineExecutionId)).toMatchObject({
      pipelineName: "plain",
      pipelineVersion: 1,
      pipelineExecutionId,
      status: "InProgress",
      executionMode: "SUPERSEDED",
      artifactRevisions: [],
      trigger: { triggerType: "StartPipelineExecution", triggerDetail: CALLER },
    });
  });

  it("E1.8 a token seen before answers the first execution, whatever else is said; broken input is refused first", async () => {
    const name = "tokens";
    await create({ name, variables: [{ name: "A", defaultValue: "1" }] });
    const first = await start({ name, clientRequestToken: "t-1" });
    const again = await start({ name, clientRequestToken: "t-1", variables: [{ name: "A", value: "2" }] });
    expect(again.pipelineExecutionId).toBe(first.pipelineExecutionId);
    const twice = [
      { name: "A", value: "2" },
      { name: "A", value: "3" },
    ];
    expect(await refusal(start({ name, clientRequestToken: "t-1", variables: twice }))).toBe(
      "ValidationException: Variable names must be unique. The following variable name is already in use: A",
    );
    const { pipelineExecutionSummaries } = await fixture.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: name }),
    );
    expect(pipelineExecutionSummaries).toHaveLength(2);
  });

  it("E4.1 takes values for declared variables, literally, and ignores others", async () => {
    const name = "values";
    await create({
      name,
      variables: [
        { name: "A", defaultValue: "a" },
        { name: "B", defaultValue: "b" },
        { name: "C", defaultValue: "#{variables.A}" },
      ],
    });
    const { pipelineExecutionId } = await start({
      name,
      variables: [
        { name: "B", value: "#{variables.A}" },
        { name: "b", value: "x" },
        { name: "__proto__", value: "x" },
      ],
    });
    const { variables } = (await execution(name, pipelineExecutionId))!;
    expect(Object.fromEntries(variables!.map((variable) => [variable.name, variable.resolvedValue]))).toEqual(
      {
        A: "a",
        B: "#{variables.A}",
        C: "#{variables.A}",
      },
    );
  });

  it("E1.6 answers an id and fails at once when a required variable has no value", async () => {
    const name = "required";
    await create({ name, variables: [{ name: "A" }, { name: "B" }] });
    const { pipelineExecutionId } = await start({ name, variables: [{ name: "A", value: "1" }] });
    const failed = await execution(name, pipelineExecutionId);
    expect(failed).toMatchObject({
      status: "Failed",
      statusSummary: "Values for required variables haven't been provided: B",
      artifactRevisions: [],
    });
    expect(failed).not.toHaveProperty("variables");
    const { actionExecutionDetails } = await fixture.client.send(
      new ListActionExecutionsCommand({ pipelineName: name, filter: { pipelineExecutionId } }),
    );
    expect(actionExecutionDetails).toEqual([]);
  });

  it("E1.8 a token counts for its own pipeline; overrides besides a token seen before are checked, and ignored", async () => {
    const stages = [stage("Source", source()), stage("Deploy", approval())];
    for (const name of ["mine", "yours"]) await create({ name, stages });
    const first = await start({ name: "mine", clientRequestToken: "shared" });
    const others = await start({ name: "yours", clientRequestToken: "shared" });
    expect(others.pipelineExecutionId).not.toBe(first.pipelineExecutionId);
    const override = { actionName: "Fetch", revisionType: "COMMIT_ID", revisionValue: "x" } as const;
    const again = (actionName: string) =>
      start({
        name: "mine",
        clientRequestToken: "shared",
        sourceRevisions: [{ ...override, actionName }],
      });
    expect((await again("Fetch")).pipelineExecutionId).toBe(first.pipelineExecutionId);
    expect(await refusal(again("Nobody"))).toMatch(/^ValidationException: The pipeline 'mine' does not have/);
  });

  it("refuses in order: constraints, the pipeline, names given twice, overrides", async () => {
    await create({ name: "ordered" });
    const twice = ["1", "2"].map((value) => ({ name: "A", value }));
    const wrong = { actionName: "Nobody", revisionType: "COMMIT_ID", revisionValue: "x" } as const;
    const broken = { ...wrong, revisionValue: "" };
    const all = { name: "nobody", variables: twice, sourceRevisions: [broken] };
    expect(await refusal(start(all))).toBe(
      "ValidationException: 1 validation error detected: Value at 'sourceRevisions.1.member.revisionValue' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    expect(await refusal(start({ ...all, sourceRevisions: [wrong] }))).toMatch(
      /^PipelineNotFoundException: /,
    );
    const there = { name: "ordered", sourceRevisions: [wrong] };
    expect(await refusal(start({ ...there, variables: twice }))).toMatch(
      /^ValidationException: Variable names must be unique\. .*: A$/,
    );
    expect(await refusal(start(there))).toMatch(/source action named 'Nobody'/);
  });

  it("in SUPERSEDED always succeeds; what waited longer is Superseded", async () => {
    const name = "superseded";
    await create({ name });
    const ids: (string | undefined)[] = [];
    for (let n = 0; n < 4; n++) ids.push((await start({ name })).pipelineExecutionId);
    const statuses = await Promise.all(ids.map(async (id) => (await execution(name, id))?.status));
    expect(statuses).toEqual(["Superseded", "Superseded", "Superseded", "InProgress"]);
  });

  it("refuses an unknown pipeline", async () => {
    expect(await refusal(start({ name: "nobody" }))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'nobody'",
    );
  });

  it.each(["QUEUED", "PARALLEL"] as const)(
    "E2.12, E1.8 refuses a start beyond the limit in %s, unless its token was seen before",
    async (executionMode) => {
      const name = executionMode.toLowerCase();
      await create({ name, executionMode });
      const first = await start({ name, clientRequestToken: "t" });
      expect(await refusal(start({ name }))).toMatch(
        /^ConcurrentPipelineExecutionsLimitExceededException: .* 2 executions in progress/,
      );
      const again = await start({ name, clientRequestToken: "t" });
      expect(again.pipelineExecutionId).toBe(first.pipelineExecutionId);
    },
  );
});

describe("StartPipelineExecution: sourceRevisions (api.md §11)", () => {
  const s3 = source({
    name: "Object",
    actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
    configuration: { S3Bucket: "b", S3ObjectKey: "k", PollForSourceChanges: "false" },
    outputArtifacts: [{ name: "Object" }],
  });
  const override = (
    actionName: string,
    revisionType: "COMMIT_ID" | "IMAGE_DIGEST" | "S3_OBJECT_KEY" | "S3_OBJECT_VERSION_ID",
  ) => ({
    actionName,
    revisionType,
    revisionValue: "x",
  });
  const with_ = (...sourceRevisions: ReturnType<typeof override>[]) =>
    start({ name: "sources", sourceRevisions });

  beforeAll(() =>
    create({ name: "sources", stages: [stage("Source", source(), s3), stage("D", approval())] }),
  );

  it("takes what the source takes", async () => {
    await with_(override("Fetch", "COMMIT_ID"), override("Object", "S3_OBJECT_VERSION_ID"));
  });

  it.each([
    [
      "an unknown action",
      override("Nobody", "COMMIT_ID"),
      "The pipeline 'sources' does not have a source action named 'Nobody'.",
    ],
    [
      "an action that is no source",
      override("Approve", "COMMIT_ID"),
      "The pipeline 'sources' does not have a source action named 'Approve'.",
    ],
    [
      "another type",
      override("Fetch", "IMAGE_DIGEST"),
      "The revision type IMAGE_DIGEST cannot be used with the source action 'Fetch' of provider CodeCommit. It takes COMMIT_ID.",
    ],
    [
      "an object key where it isn't allowed",
      override("Object", "S3_OBJECT_KEY"),
      "The source action 'Object' does not allow its object key to be overridden. Set AllowOverrideForS3ObjectKey to true in its configuration.",
    ],
  ])("refuses %s", async (_, one, text) => {
    expect(await refusal(with_(one))).toBe(`ValidationException: ${text}`);
  });

  it("refuses the same type twice for one action (inferred: api.md StartPipelineExecution)", async () => {
    expect(await refusal(with_(override("Fetch", "COMMIT_ID"), override("Fetch", "COMMIT_ID")))).toBe(
      "ValidationException: The revision type COMMIT_ID was given more than once for the source action 'Fetch'.",
    );
  });

  it("needs a V2 pipeline (§4.1)", async () => {
    await create({ name: "old", pipelineType: "V1" });
    expect(await refusal(start({ name: "old", sourceRevisions: [override("Fetch", "COMMIT_ID")] }))).toBe(
      "ValidationException: Source revision overrides can only be used with V2 pipelines.",
    );
  });
});
