import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { CALLER, type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
let s3: S3Client;
beforeAll(async () => {
  fixture = await startServer();
  const { url: endpoint, region, credentials } = fixture.server;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await fixture[Symbol.asyncDispose]();
});

const create = (
  ...[declaration, tags]: [Parameters<typeof pipeline>[0], { key: string; value: string }[]?]
) => fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline(declaration), tags }));
const executions = async (pipelineName: string) =>
  (await fixture.client.send(new ListPipelineExecutionsCommand({ pipelineName })))
    .pipelineExecutionSummaries ?? [];
const watching = (name: string, more: Record<string, string> = {}) =>
  source({
    name,
    actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
    outputArtifacts: [{ name }],
    configuration: { S3Bucket: "watched", S3ObjectKey: name, ...more },
  });

describe("CreatePipeline (api.md §10)", () => {
  it("§19.1 answers the declaration with its defaults, version 1, and no metadata or tags", async () => {
    const { $metadata, ...answer } = await create({ name: "minimal" });
    expect($metadata.httpStatusCode).toBe(200);
    expect(answer).toEqual({
      pipeline: {
        name: "minimal",
        roleArn: "arn:aws:iam::000000000000:role/pipeline",
        version: 1,
        executionMode: "SUPERSEDED",
        pipelineType: "V2",
        stages: [
          { name: "Source", actions: [{ ...source(), runOrder: 1, inputArtifacts: [] }] },
          {
            name: "Deploy",
            actions: [
              { ...approval(), runOrder: 1, configuration: {}, inputArtifacts: [], outputArtifacts: [] },
            ],
          },
        ],
      },
    });
  });

  it("is V2 without a type (inferred: api.md §19.2)", async () => {
    const { pipelineType: _, ...typeless } = pipeline({ name: "typeless" });
    const { pipeline: made } = await fixture.client.send(new CreatePipelineCommand({ pipeline: typeless }));
    expect(made?.pipelineType).toBe("V2");
  });

  it("answers tags as given", async () => {
    const tags = [
      { key: "b", value: "2" },
      { key: "a", value: "1" },
    ];
    expect((await create({ name: "tagged" }, tags)).tags).toEqual(tags);
  });

  it("starts an execution: trigger CreatePipeline, detail = the caller", async () => {
    await create({ name: "started" });
    expect(await executions("started")).toMatchObject([
      { status: "InProgress", trigger: { triggerType: "CreatePipeline", triggerDetail: CALLER } },
    ]);
  });

  it("S5.3 is started by the poll of each source that polls and finds something", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "watched" }));
    for (const Key of ["One", "Two", "Quiet"]) {
      await s3.send(new PutObjectCommand({ Bucket: "watched", Key, Body: Key }));
    }
    const stages = [
      stage(
        "Source",
        watching("One"),
        watching("Two"),
        watching("Quiet", { PollForSourceChanges: "no" }),
        watching("Missing"),
      ),
      stage("Deploy", approval()),
    ];
    await create({ name: "polled", stages, executionMode: "PARALLEL" });
    expect((await executions("polled")).map(({ trigger }) => trigger).reverse()).toEqual([
      { triggerType: "PollForSourceChanges", triggerDetail: "One" },
      { triggerType: "PollForSourceChanges", triggerDetail: "Two" },
    ]);
  });

  it("S5.3 starts nothing where the polled object isn't there yet; its appearance starts it", async () => {
    const stages = [stage("Source", watching("Late")), stage("Deploy", approval())];
    await create({ name: "waiting", stages });
    expect(await executions("waiting")).toEqual([]);
    await s3.send(new PutObjectCommand({ Bucket: "watched", Key: "Late", Body: "now" }));
    expect(await executions("waiting")).toHaveLength(1);
  });

  it("§11 a change of a source that doesn't poll starts it by the rule that AWS's console would make", async () => {
    const stages = [
      stage("Source", watching("Ruled", { PollForSourceChanges: "false" })),
      stage("Deploy", approval()),
    ];
    await create({ name: "ruled", stages });
    await s3.send(new PutObjectCommand({ Bucket: "watched", Key: "Ruled", Body: "now" }));
    const [newest] = await executions("ruled");
    expect(newest?.trigger).toEqual({
      triggerType: "CloudWatchEvent",
      triggerDetail: "arn:aws:events:us-east-1:000000000000:rule/millrace-s3-ruled",
    });
  });

  it("§11 fails the first execution at once when a required variable has no value", async () => {
    await create({
      name: "variables",
      variables: [{ name: "A" }, { name: "B", defaultValue: "b" }, { name: "C" }],
    });
    const [summary] = await executions("variables");
    expect(summary).toMatchObject({
      status: "Failed",
      statusSummary: "Values for required variables haven't been provided: A,C",
      sourceRevisions: [],
    });
    const { pipelineExecution } = await fixture.client.send(
      new GetPipelineExecutionCommand({
        pipelineName: "variables",
        pipelineExecutionId: summary!.pipelineExecutionId,
      }),
    );
    expect(pipelineExecution).not.toHaveProperty("variables");
    expect(pipelineExecution).toMatchObject({ status: "Failed", artifactRevisions: [] });
  });

  it("refuses a name in use; the name is free again after DeletePipeline", async () => {
    await create({ name: "taken" });
    expect(await refusal(create({ name: "taken" }))).toBe(
      "PipelineNameInUseException: A pipeline with the name 'taken' already exists in account '000000000000'",
    );
    await fixture.client.send(new DeletePipelineCommand({ name: "taken" }));
    expect((await create({ name: "taken" })).pipeline?.version).toBe(1);
  });

  it("lets one of two that come at once win", async () => {
    const both = await Promise.allSettled([create({ name: "raced" }), create({ name: "raced" })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = both.find((one) => one.status === "rejected");
    expect(lost?.reason).toMatchObject({ name: "PipelineNameInUseException" });
  });

  it("stores nothing when a check fails", async () => {
    expect(await refusal(create({ name: "broken", stages: [stage("Source", source())] }))).toMatch(
      /^InvalidStructureException: /,
    );
    expect(await refusal(create({ name: "broken" }, [{ key: "aws:x", value: "" }]))).toMatch(
      /^InvalidTagsException: /,
    );
    const { pipelines } = await fixture.client.send(new ListPipelinesCommand({}));
    expect(pipelines?.map(({ name }) => name)).not.toContain("broken");
  });

  it("§4.4 takes an artifact bucket that is there, and no other", async () => {
    const artifactStore = { type: "S3" as const, location: "release-artifacts" };
    expect(await refusal(create({ name: "stored", artifactStore }))).toMatch(
      /^ValidationException: An error occurred while validating the artifact bucket release-artifacts\./,
    );
    await s3.send(new CreateBucketCommand({ Bucket: "release-artifacts" }));
    const { pipeline: stored } = await create({ name: "stored", artifactStore });
    expect(stored?.artifactStore).toEqual(artifactStore);
    expect(stored).not.toHaveProperty("artifactStores");
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await s3.send(new CreateBucketCommand({ Bucket: "irish-artifacts", CreateBucketConfiguration }));
    const update = (location: string) =>
      refusal(
        fixture.client.send(
          new UpdatePipelineCommand({
            pipeline: pipeline({ name: "stored", artifactStore: { ...artifactStore, location } }),
          }),
        ),
      );
    expect(await update("gone-artifacts")).toMatch(
      /^ValidationException: An error occurred while validating the artifact bucket gone-artifacts\./,
    );
    expect(await update("irish-artifacts")).toBe(
      "ValidationException: An error occurred while validating the artifact bucket irish-artifacts. The bucket is in region eu-west-1, and its artifacts would be those of actions in us-east-1: name a bucket of that region.",
    );
    expect(await update("release-artifacts/folder")).toContain(
      "Value at 'pipeline.artifactStore.location' failed to satisfy constraint",
    );
  });

  it("§5.1 takes any well-formed role, of another account too, and no other text", async () => {
    const roleArn = "arn:aws:iam::999999999999:role/path/of/theirs";
    const acting = [stage("Source", source({ roleArn })), stage("Deploy", approval())];
    expect((await create({ name: "foreign", roleArn, stages: acting })).pipeline?.roleArn).toBe(roleArn);
    expect(await refusal(create({ name: "roleless", roleArn: "arn:aws:iam::1:role/x" }))).toContain(
      "Value at 'pipeline.roleArn' failed to satisfy constraint: Member must satisfy regular expression",
    );
  });

  it("§1.4 lists every broken constraint before it looks at anything else", async () => {
    const message = await refusal(create({ name: "a b", stages: [stage("", source())] }));
    expect(message).toMatch(
      /^ValidationException: \d validation errors detected: Value at 'pipeline\.name' failed/,
    );
    expect(message).toContain("Value at 'pipeline.stages.1.member.name' failed to satisfy constraint");
  });
});
