import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  PollForJobsCommand,
  type PollForJobsInput,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { ROLE, stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import {
  BUILD_AND_SHIP,
  BUILDER,
  fetch,
  ORIGIN,
  registerTypes,
  ship,
  start,
  succeed,
  take,
} from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

const poll = async (input: PollForJobsInput) =>
  (await here.client.send(new PollForJobsCommand(input))).jobs ?? [];

const JENKINS = { category: "Test", owner: "Custom", provider: "Jenkins", version: "1" } as const;

/** A type whose jobs each project polls for itself. */
async function registerJenkins(): Promise<void> {
  const none = { minimumCount: 0, maximumCount: 0 };
  const { owner: _, ...key } = JENKINS;
  const project = { name: "ProjectName", required: true, key: true, secret: false, queryable: true };
  await here.client.send(
    new CreateCustomActionTypeCommand({
      ...key,
      configurationProperties: [project],
      inputArtifactDetails: none,
      outputArtifactDetails: none,
    }),
  );
}

describe("PollForJobs (api.md §15)", () => {
  it("hands a job out once, with all that a worker reads of it", async () => {
    const currentRevision = { revision: "r1", changeIdentifier: "c1" };
    await succeed(here.client, await take(here.client, ORIGIN), { currentRevision });
    const [job, ...more] = await poll({ actionTypeId: BUILDER });
    expect(more).toEqual([]);
    const bucketName = `millrace-artifacts-000000000000-${await here.client.config.region()}`;
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
          pipelineArn: `arn:aws:codepipeline:${await here.client.config.region()}:000000000000:app`,
          pipelineExecutionId: here.executionId,
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

  it("hands out never more than 100", async () => {
    const sources = Array.from({ length: 50 }, (_, at) => fetch({ name: `Fetch${at}`, outputArtifacts: [] }));
    for (const name of ["one", "two", "three"]) {
      const stages = [stage("Source", ...sources), stage("Ship", ship())];
      await here.client.send(new CreatePipelineCommand({ pipeline: { name, roleArn: ROLE, stages } }));
    }
    const ids = new Set<string | undefined>();
    for (const most of [100, 51, 0]) {
      const jobs = await poll({ actionTypeId: ORIGIN, maxBatchSize: 1000 });
      expect(jobs).toHaveLength(most);
      for (const { id } of jobs) ids.add(id);
    }
    expect(ids.size).toBe(151);
  });

  it("hands out one unless asked for more (inferred: api.md PollForJobs)", async () => {
    await start(here.client);
    await take(here.client, ORIGIN);
    for (const name of ["one", "two"])
      await here.client.send(new CreatePipelineCommand({ pipeline: { ...BUILD_AND_SHIP, name } }));
    expect(await poll({ actionTypeId: ORIGIN })).toHaveLength(1);
    expect(await poll({ actionTypeId: ORIGIN })).toHaveLength(1);
  });

  it("answers a list at once when nothing waits, and only jobs of the caller's region", async () => {
    const elsewhere = here.fixture.freshClient();
    await registerTypes(elsewhere);
    const { $metadata: _, ...answer } = await elsewhere.send(
      new PollForJobsCommand({ actionTypeId: ORIGIN }),
    );
    expect(answer).toEqual({ jobs: [] });
    expect(await poll({ actionTypeId: ORIGIN })).toHaveLength(1);
  });

  it("gives an action without configuration and artifacts empty ones, and credentials all the same", async () => {
    const stages = [stage("Source", fetch({ outputArtifacts: [] })), stage("Ship", ship())];
    const bare = { name: "bare", roleArn: ROLE, stages };
    await take(here.client, ORIGIN);
    await here.client.send(new CreatePipelineCommand({ pipeline: bare }));
    const { data } = await take(here.client, ORIGIN);
    expect(data).toMatchObject({
      actionConfiguration: { configuration: {} },
      inputArtifacts: [],
      outputArtifacts: [],
      artifactCredentials: { accessKeyId: expect.any(String), sessionToken: expect.any(String) },
    });
  });

  it("tells the key that the artifact store names, and none where it names none", async () => {
    const { client } = here;
    const bucket = `millrace-artifacts-000000000000-${await client.config.region()}`;
    const encryptionKey = { id: "arn:aws:kms:us-east-1:000000000000:key/k", type: "KMS" } as const;
    await succeed(client, await take(client, ORIGIN));
    const artifactStore = { type: "S3", location: bucket, encryptionKey } as const;
    const sealed = { ...BUILD_AND_SHIP, name: "sealed", artifactStore };
    await client.send(new CreatePipelineCommand({ pipeline: sealed }));
    const job = await take(client, ORIGIN);
    expect(job.data?.encryptionKey).toEqual(encryptionKey);
    const { jobDetails } = await client.send(new GetJobDetailsCommand({ jobId: job.id }));
    expect(jobDetails?.data?.encryptionKey).toEqual(encryptionKey);
    const [plain] = await poll({ actionTypeId: BUILDER });
    expect(plain?.data).not.toHaveProperty("encryptionKey");
  });

  it("refuses other owners (inferred: api.md PollForJobs)", async () => {
    const type = { category: "Source", version: "1" } as const;
    for (const id of [
      { ...type, owner: "AWS", provider: "CodeCommit" },
      { ...type, owner: "ThirdParty", provider: "GitHub" },
    ] as const)
      expect(await refusal(poll({ actionTypeId: id }))).toMatch(/^ActionTypeNotFoundException: /);
  });

  it("refuses unknown types", async () => {
    expect(await refusal(poll({ actionTypeId: { ...BUILDER, version: "9" } }))).toMatch(
      /^ActionTypeNotFoundException: /,
    );
  });

  it("gives each project its own jobs by the queryable property, variables replaced", async () => {
    await registerJenkins();
    const action = (ProjectName: string) => ({
      name: ProjectName,
      actionTypeId: JENKINS,
      configuration: { ProjectName },
    });
    await here.client.send(
      new CreatePipelineCommand({
        pipeline: {
          name: "ci",
          roleArn: ROLE,
          variables: [{ name: "Project", defaultValue: "one" }],
          stages: [
            stage("Source", fetch({ outputArtifacts: [] })),
            stage("Test", { ...action("#{variables.Project}"), name: "one" }, action("two")),
          ],
        },
      }),
    );
    for (const job of await poll({ actionTypeId: ORIGIN, maxBatchSize: 5 })) await succeed(here.client, job);
    const names = async (ProjectName: string) =>
      (await poll({ actionTypeId: JENKINS, queryParam: { ProjectName }, maxBatchSize: 9 })).map(
        (job) => job.data?.pipelineContext?.action?.name,
      );
    expect(await names("two")).toEqual(["two"]);
    expect(await names("ONE")).toEqual([]);
    expect(await names("one")).toEqual(["one"]);
  });

  it("wants exactly the queryable property's key in queryParam, and none where there is none (inferred: api.md PollForJobs)", async () => {
    await registerJenkins();
    const text =
      "ValidationException: The action type is polled by its queryable property. Give queryParam the key 'ProjectName'.";
    const wrong: PollForJobsInput["queryParam"][] = [undefined, {}, { Other: "one" }, { projectname: "one" }];
    for (const queryParam of wrong)
      expect(await refusal(poll({ actionTypeId: JENKINS, queryParam }))).toBe(text);
    expect(await refusal(poll({ actionTypeId: BUILDER, queryParam: { Project: "app" } }))).toBe(
      "ValidationException: The action type has no queryable property. Leave queryParam out.",
    );
    expect(await poll({ actionTypeId: BUILDER, queryParam: {} })).toEqual([]);
  });
});
