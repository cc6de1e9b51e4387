import {
  type Job,
  PollForJobsCommand,
  type PollForJobsInput,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import {
  BUILD_AND_SHIP,
  BUILDER,
  fail,
  ORIGIN,
  pass,
  SHIPPER,
  stageState,
  statusOf,
  succeed,
  take,
} from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

const poll = async (input: PollForJobsInput) =>
  (await here.client.send(new PollForJobsCommand(input))).jobs ?? [];

describe("PutJobSuccessResult (api.md §15)", () => {
  it("continues with a token, then gives variables to those downstream", async () => {
    await pass(here.client, ORIGIN);
    const first = await take(here.client, BUILDER);
    await succeed(here.client, first, {
      continuationToken: "step 2",
      executionDetails: { summary: "half way", externalExecutionId: "42", percentComplete: 50 },
    });
    const { actionStates: [running] = [] } = await stageState(here.client, "Build");
    expect(running?.latestExecution).toMatchObject({
      status: "InProgress",
      summary: "half way",
      externalExecutionId: "42",
      percentComplete: 50,
    });
    const second = await take(here.client, BUILDER);
    expect(second.id).not.toBe(first.id);
    expect(await refusal(succeed(here.client, first))).toMatch(/^InvalidJobStateException: /);
    expect(await refusal(fail(here.client, first))).toBe(
      `InvalidJobStateException: Job with id ${first.id} has already terminated`,
    );
    expect(second.data).toMatchObject({
      continuationToken: "step 2",
      pipelineContext: first.data?.pipelineContext,
      outputArtifacts: first.data?.outputArtifacts,
    });
    await succeed(here.client, second, { outputVariables: { Sha: "abc" } });
    const shipped = await take(here.client, SHIPPER);
    expect(shipped.data?.actionConfiguration?.configuration).toEqual({ Note: "abc" });
    expect(shipped.data?.inputArtifacts?.[0]?.location).toEqual(second.data?.outputArtifacts?.[0]?.location);
    await succeed(here.client, shipped);
    expect(await statusOf(here.client, here.executionId)).toBe("Succeeded");
  });

  it("refuses a token together with variables; the job stays open", async () => {
    await pass(here.client, ORIGIN);
    const job = await take(here.client, BUILDER);
    expect(
      await refusal(succeed(here.client, job, { continuationToken: "t", outputVariables: { Sha: "abc" } })),
    ).toBe("ValidationException: A job can not contain both a continuation token and output variables.");
    await succeed(here.client, job, { outputVariables: { Sha: "abc" } });
  });

  it("E4.10 refuses variables beyond 122,880 bytes; the job stays open", async () => {
    await pass(here.client, ORIGIN);
    const job = await take(here.client, BUILDER);
    const large = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, "x".repeat(61_000)]));
    expect(await refusal(succeed(here.client, job, { outputVariables: large(3) }))).toMatch(
      /^OutputVariablesSizeExceededException: /,
    );
    await succeed(here.client, job, { outputVariables: { ...large(2), Sha: "abc" } });
  });

  it("E3.14 answers the same result again, and refuses another one", async () => {
    await pass(here.client, ORIGIN);
    const job = await take(here.client, BUILDER);
    const result = { outputVariables: { Sha: "abc" }, executionDetails: { summary: "done" } };
    await succeed(here.client, job, result);
    await succeed(here.client, job, result);
    expect(await refusal(succeed(here.client, job, { outputVariables: { Sha: "other" } }))).toBe(
      `InvalidJobStateException: The status of job with id ${job.id} is already set to the desired value. It cannot be updated with the same status, but different result or output variables.`,
    );
    expect(await refusal(fail(here.client, job))).toBe(
      `InvalidJobStateException: Job with id ${job.id} has already terminated`,
    );
  });

  it("accepts results of jobs that were handed out but not acknowledged", async () => {
    const [job] = await poll({ actionTypeId: ORIGIN });
    await succeed(here.client, job!);
    expect((await stageState(here.client, "Source")).latestExecution?.status).toBe("Succeeded");
  });

  it("E3.11 refuses results of jobs that nobody was handed", async () => {
    const store = await openStore(here.fixture.place);
    const { id } = await store.read
      .selectFrom("job")
      .select("id")
      .where("execution_id", "=", here.executionId)
      .executeTakeFirstOrThrow();
    await store.close();
    expect(await refusal(succeed(here.client, { id } as Job))).toMatch(/^InvalidJobStateException: /);
    expect(await refusal(fail(here.client, { id } as Job))).toMatch(/^InvalidJobStateException: /);
    await pass(here.client, ORIGIN);
  });

  it("takes outputs as produced that nobody uploaded", async () => {
    await pass(here.client, ORIGIN);
    const job = await take(here.client, BUILDER);
    await succeed(here.client, job, { outputVariables: { Sha: "abc" } });
    const { data } = await take(here.client, SHIPPER);
    const [input] = data!.inputArtifacts!;
    expect(input?.location).toEqual(job.data?.outputArtifacts?.[0]?.location);
    const { accessKeyId = "", secretAccessKey = "", sessionToken = "" } = data!.artifactCredentials!;
    const { url: endpoint, region } = here.fixture.server;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const { bucketName: Bucket, objectKey: Key } = input!.location!.s3Location!;
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key })))).toMatch(/^NoSuchKey: /);
    s3.destroy();
  });

  it("answers 200 without effect after an abandonment", async () => {
    const job = await take(here.client, ORIGIN);
    await here.client.send(
      new StopPipelineExecutionCommand({
        pipelineName: "app",
        pipelineExecutionId: here.executionId,
        abandon: true,
      }),
    );
    await succeed(here.client, job);
    await fail(here.client, job);
    expect(await statusOf(here.client, here.executionId)).toBe("Stopped");
  });
});
