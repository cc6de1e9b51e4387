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
import { BUILD_AND_SHIP, BUILDER, fetch, ORIGIN, ship, succeed, take } from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

const poll = async (input: PollForJobsInput) =>
  (await here.client.send(new PollForJobsCommand(input))).jobs ?? [];

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

  it("hands out one at a time unless asked for more, and never more than 100", async () => {
    const sources = Array.from({ length: 50 }, (_, at) => fetch({ name: `Fetch${at}`, outputArtifacts: [] }));
    for (const name of ["one", "two", "three"]) {
      const stages = [stage("Source", ...sources), stage("Ship", ship())];
      await here.client.send(new CreatePipelineCommand({ pipeline: { name, roleArn: ROLE, stages } }));
    }
    expect(await poll({ actionTypeId: ORIGIN })).toHaveLength(1);
    const ids = new Set<string | undefined>();
    for (const most of [100, 50, 0]) {
      const jobs = await poll({ actionTypeId: ORIGIN, maxBatchSize: 1000 });
      expect(jobs).toHaveLength(most);
      for (const { id } of jobs) ids.add(id);
    }
    expect(ids.size).toBe(150);
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
    await here.client.send(
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
    await here.client.send(
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
    for (const job of await poll({ actionTypeId: ORIGIN, maxBatchSize: 5 })) await succeed(here.client, job);
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
