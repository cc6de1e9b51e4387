import {
  AcknowledgeJobCommand,
  type CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  GetPipelineExecutionCommand,
  PollForJobsCommand,
  type PollForJobsInput,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pipeline, ROLE, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import {
  BUILDER,
  build,
  createWorked,
  fail,
  fetch,
  ORIGIN,
  pass,
  SHIPPER,
  ship,
  stageState,
  succeed,
  take,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
let client: CodePipelineClient;
let executionId: string;
beforeAll(async () => {
  fixture = await startServer();
});
beforeEach(async () => {
  client = fixture.freshClient();
  executionId = await createWorked(
    client,
    worked([
      stage("Build", build({ namespace: "built", outputArtifacts: [{ name: "App" }] })),
      stage("Ship", ship({ configuration: { Note: "#{built.Sha}" }, inputArtifacts: [{ name: "App" }] })),
    ]),
  );
});
afterAll(() => fixture[Symbol.asyncDispose]());

const poll = async (input: PollForJobsInput) => (await client.send(new PollForJobsCommand(input))).jobs ?? [];
const status = async () =>
  (
    await client.send(
      new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId: executionId }),
    )
  ).pipelineExecution?.status;
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

describe("PollForJobs (api.md §15)", () => {
  it("hands a job out once, with all that a worker reads of it", async () => {
    const currentRevision = { revision: "r1", changeIdentifier: "c1" };
    await succeed(client, await take(client, ORIGIN), { currentRevision });
    const [job, ...more] = await poll({ actionTypeId: BUILDER });
    expect(more).toEqual([]);
    const bucketName = `millrace-artifacts-000000000000-${await client.config.region()}`;
    const location = (name: string) => ({
      type: "S3",
      s3Location: {
        bucketName,
        objectKey: expect.stringMatching(new RegExp(`^app/${name}/[A-Za-z0-9]{7}\\.zip$`)),
      },
    });
    expect(job).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      nonce: expect.stringMatching(/^.{1,50}$/),
      accountId: "000000000000",
      data: {
        actionTypeId: BUILDER,
        actionConfiguration: { configuration: { Project: "app" } },
        pipelineContext: {
          pipelineName: "app",
          stage: { name: "Build" },
          action: { name: "Build", actionExecutionId: expect.any(String) },
          pipelineArn: `arn:aws:codepipeline:${await client.config.region()}:000000000000:app`,
          pipelineExecutionId: executionId,
        },
        inputArtifacts: [{ name: "Code", revision: "r1", location: location("Code") }],
        outputArtifacts: [{ name: "App", location: location("App") }],
        artifactCredentials: {
          accessKeyId: expect.any(String),
          secretAccessKey: expect.any(String),
          sessionToken: expect.any(String),
        },
      },
    });
    expect(await poll({ actionTypeId: BUILDER })).toEqual([]);
  });

  it("refuses other owners and unknown types", async () => {
    const builtIn = { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" } as const;
    expect(await refusal(poll({ actionTypeId: builtIn }))).toMatch(/^ActionTypeNotFoundException: /);
    expect(await refusal(poll({ actionTypeId: { ...BUILDER, version: "9" } }))).toMatch(
      /^ActionTypeNotFoundException: /,
    );
    expect(await refusal(poll({ actionTypeId: BUILDER, queryParam: { Project: "app" } }))).toBe(
      "ValidationException: The action type has no queryable property. Leave queryParam out.",
    );
  });

  it("gives each project its own jobs by the queryable property", async () => {
    const none = { minimumCount: 0, maximumCount: 0 };
    await client.send(
      new CreateCustomActionTypeCommand({
        category: "Test",
        provider: "Jenkins",
        version: "1",
        configurationProperties: [
          { name: "ProjectName", required: true, key: true, secret: false, queryable: true },
        ],
        inputArtifactDetails: none,
        outputArtifactDetails: none,
      }),
    );
    const jenkins = { category: "Test", owner: "Custom", provider: "Jenkins", version: "1" } as const;
    const action = (ProjectName: string) => ({
      name: ProjectName,
      actionTypeId: jenkins,
      configuration: { ProjectName },
    });
    await client.send(
      new CreatePipelineCommand({
        pipeline: {
          name: "ci",
          roleArn: ROLE,
          stages: [
            stage("Source", fetch({ outputArtifacts: [] })),
            stage("Test", action("one"), action("two")),
          ],
        },
      }),
    );
    for (const job of await poll({ actionTypeId: ORIGIN, maxBatchSize: 5 })) await succeed(client, job);
    const names = async (ProjectName: string) =>
      (await poll({ actionTypeId: jenkins, queryParam: { ProjectName }, maxBatchSize: 9 })).map(
        (job) => job.data?.pipelineContext?.action?.name,
      );
    expect(await names("two")).toEqual(["two"]);
    expect(await names("ONE")).toEqual([]);
    expect(await names("one")).toEqual(["one"]);
    const text =
      "ValidationException: The action type is polled by its queryable property. Give queryParam the key 'ProjectName'.";
    expect(await refusal(poll({ actionTypeId: jenkins }))).toBe(text);
    expect(await refusal(poll({ actionTypeId: jenkins, queryParam: { Other: "one" } }))).toBe(text);
  });
});

describe("AcknowledgeJob, GetJobDetails (api.md §15)", () => {
  it("takes the job with its nonce, and again with the same one", async () => {
    const [job] = await poll({ actionTypeId: ORIGIN });
    const acknowledge = (nonce = job!.nonce) =>
      client.send(new AcknowledgeJobCommand({ jobId: job!.id, nonce }));
    expect((await acknowledge()).status).toBe("InProgress");
    expect((await acknowledge()).status).toBe("InProgress");
    expect(await refusal(acknowledge("other"))).toMatch(/^InvalidNonceException: /);
    await succeed(client, job!);
    expect((await acknowledge()).status).toBe("Succeeded");
  });

  it("details have fresh credentials and no nonce; ended jobs have none", async () => {
    const job = await take(client, ORIGIN);
    const details = async () => (await client.send(new GetJobDetailsCommand({ jobId: job.id }))).jobDetails;
    const { artifactCredentials: _old, ...data } = job.data!;
    expect(await details()).toEqual({
      id: job.id,
      accountId: "000000000000",
      data: { ...data, artifactCredentials: expect.objectContaining({ accessKeyId: expect.any(String) }) },
    });
    await succeed(client, job);
    expect((await details())?.data).toEqual(data);
  });

  it("A14 made-up ids and jobs of other regions don't exist, whatever is asked", async () => {
    const job = await take(client, ORIGIN);
    const failureDetails = { type: "JobFailed" as const, message: "no" };
    const elsewhere = fixture.clientOf("eu-west-1");
    for (const [one, jobId] of [
      [client, UNKNOWN],
      [elsewhere, job.id],
    ] as const) {
      const text = `JobNotFoundException: Job with id '${jobId}' does not exist`;
      expect(await refusal(one.send(new AcknowledgeJobCommand({ jobId, nonce: "1" })))).toBe(text);
      expect(await refusal(one.send(new GetJobDetailsCommand({ jobId })))).toBe(text);
      expect(await refusal(one.send(new PutJobSuccessResultCommand({ jobId })))).toBe(text);
      expect(await refusal(one.send(new PutJobFailureResultCommand({ jobId, failureDetails })))).toBe(text);
    }
    expect(await status()).toBe("InProgress");
  });
});

describe("PutJobSuccessResult (api.md §15)", () => {
  it("continues with a token, then gives variables to those downstream", async () => {
    await pass(client, ORIGIN);
    const first = await take(client, BUILDER);
    await succeed(client, first, {
      continuationToken: "step 2",
      executionDetails: { summary: "half way", externalExecutionId: "42", percentComplete: 50 },
    });
    const { actionStates: [running] = [] } = await stageState(client, "Build");
    expect(running?.latestExecution).toMatchObject({
      status: "InProgress",
      summary: "half way",
      externalExecutionId: "42",
      percentComplete: 50,
    });
    const second = await take(client, BUILDER);
    expect(second.id).not.toBe(first.id);
    expect(second.data).toMatchObject({
      continuationToken: "step 2",
      pipelineContext: first.data?.pipelineContext,
      outputArtifacts: first.data?.outputArtifacts,
    });
    await succeed(client, second, { outputVariables: { Sha: "abc" } });
    const shipped = await take(client, SHIPPER);
    expect(shipped.data?.actionConfiguration?.configuration).toEqual({ Note: "abc" });
    expect(shipped.data?.inputArtifacts?.[0]?.location).toEqual(second.data?.outputArtifacts?.[0]?.location);
    await succeed(client, shipped);
    expect(await status()).toBe("Succeeded");
  });

  it("refuses a token together with variables; the job stays open", async () => {
    await pass(client, ORIGIN);
    const job = await take(client, BUILDER);
    expect(
      await refusal(succeed(client, job, { continuationToken: "t", outputVariables: { Sha: "abc" } })),
    ).toBe("ValidationException: A job can not contain both a continuation token and output variables.");
    await succeed(client, job, { outputVariables: { Sha: "abc" } });
  });

  it("E4.10 refuses variables beyond 122,880 bytes; the job stays open", async () => {
    await pass(client, ORIGIN);
    const job = await take(client, BUILDER);
    const large = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, "x".repeat(61_000)]));
    expect(await refusal(succeed(client, job, { outputVariables: large(3) }))).toMatch(
      /^OutputVariablesSizeExceededException: /,
    );
    await succeed(client, job, { outputVariables: { ...large(2), Sha: "abc" } });
  });

  it("E3.14 answers the same result again, and refuses another one", async () => {
    await pass(client, ORIGIN);
    const job = await take(client, BUILDER);
    const result = { outputVariables: { Sha: "abc" }, executionDetails: { summary: "done" } };
    await succeed(client, job, result);
    await succeed(client, job, result);
    expect(await refusal(succeed(client, job, { outputVariables: { Sha: "other" } }))).toBe(
      `InvalidJobStateException: The status of job with id ${job.id} is already set to the desired value. It cannot be updated with the same status, but different result or output variables.`,
    );
    expect(await refusal(fail(client, job))).toBe(
      `InvalidJobStateException: Job with id ${job.id} has already terminated`,
    );
  });

  it("accepts results of jobs that were handed out but not acknowledged", async () => {
    const [job] = await poll({ actionTypeId: ORIGIN });
    await succeed(client, job!);
    expect((await stageState(client, "Source")).latestExecution?.status).toBe("Succeeded");
  });

  it("answers 200 without effect after an abandonment", async () => {
    const job = await take(client, ORIGIN);
    await client.send(
      new StopPipelineExecutionCommand({
        pipelineName: "app",
        pipelineExecutionId: executionId,
        abandon: true,
      }),
    );
    await succeed(client, job);
    await fail(client, job);
    expect(await status()).toBe("Stopped");
  });
});

describe("PutJobFailureResult (api.md §15)", () => {
  it("fails the action with type and message; repeats as E3.14 says", async () => {
    const job = await take(client, ORIGIN);
    const put = (message: string) =>
      client.send(
        new PutJobFailureResultCommand({
          jobId: job.id,
          failureDetails: { type: "PermissionError", message, externalExecutionId: "7" },
        }),
      );
    await put("no access");
    await put("no access");
    expect(await refusal(put("other"))).toMatch(/^InvalidJobStateException: The status of job with id /);
    expect(await refusal(succeed(client, job))).toMatch(/has already terminated$/);
    const { actionStates: [failed] = [] } = await stageState(client, "Source");
    expect(failed?.latestExecution).toMatchObject({
      status: "Failed",
      externalExecutionId: "7",
      errorDetails: { code: "PermissionError", message: "no access" },
    });
    expect(await status()).toBe("Failed");
  });
});

describe("P0.2 jobs of built-in types", () => {
  it("are not polled for here", async () => {
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "built-in" }) }));
    const actionTypeId = { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" } as const;
    expect(await refusal(poll({ actionTypeId }))).toMatch(/^ActionTypeNotFoundException: /);
  });
});
