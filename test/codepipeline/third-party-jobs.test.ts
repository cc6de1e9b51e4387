import {
  AcknowledgeThirdPartyJobCommand,
  type CodePipelineClient,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  GetThirdPartyJobDetailsCommand,
  ListActionExecutionsCommand,
  PollForThirdPartyJobsCommand,
  PutJobSuccessResultCommand,
  PutThirdPartyJobFailureResultCommand,
  PutThirdPartyJobSuccessResultCommand,
  type PutThirdPartyJobSuccessResultInput,
} from "@aws-sdk/client-codepipeline";
import { beforeEach, describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { CLIENT, FOREIGN, partneredServer, SCANNER, scan } from "./support/partners.ts";
import { refusal } from "./support/server.ts";
import { createWorked, fetch, ORIGIN, pass, stageState, start, statusOf, take } from "./support/workers.ts";

const here = partneredServer();
const { clientToken } = CLIENT;
let client: CodePipelineClient;
let executionId: string;

beforeEach(async () => {
  client = here.fixture.freshClient();
  executionId = await createWorked(client, {
    name: "app",
    roleArn: "arn:aws:iam::000000000000:role/pipeline",
    stages: [
      stage("Source", fetch()),
      stage("Test", scan({ inputArtifacts: [{ name: "Code" }], outputArtifacts: [{ name: "Report" }] })),
    ],
  });
});

async function poll(actionTypeId = SCANNER, maxBatchSize = 1) {
  return (await client.send(new PollForThirdPartyJobsCommand({ actionTypeId, maxBatchSize }))).jobs ?? [];
}

/** The one job that waits for the partner. */
async function polled(): Promise<string> {
  const [job, another] = await poll(SCANNER, 9);
  if (job?.jobId === undefined || another !== undefined) throw new Error("not one job waits");
  return job.jobId;
}

async function details(jobId: string) {
  return (await client.send(new GetThirdPartyJobDetailsCommand({ jobId, clientToken }))).jobDetails!;
}

async function acknowledge(jobId: string, nonce: string | undefined) {
  return (await client.send(new AcknowledgeThirdPartyJobCommand({ jobId, nonce, clientToken }))).status;
}

function succeed(jobId: string, more: Partial<PutThirdPartyJobSuccessResultInput> = {}) {
  return client.send(new PutThirdPartyJobSuccessResultCommand({ jobId, clientToken, ...more }));
}

describe("jobs of third-party actions (api.md §16)", () => {
  it("tells the poll the ids only, the details the work and the nonce, and takes the result", async () => {
    await pass(client, ORIGIN);
    const [job, ...more] = await poll(SCANNER, 5);
    expect(more).toEqual([]);
    expect(job).toEqual({ clientId: CLIENT.clientId, jobId: expect.any(String) });
    const jobId = job!.jobId!;
    expect(await poll()).toEqual([]);

    const told = await details(jobId);
    const location = {
      type: "S3",
      s3Location: { bucketName: expect.any(String), objectKey: expect.any(String) },
    };
    expect(told).toEqual({
      id: jobId,
      nonce: expect.stringMatching(/^.{1,50}$/),
      data: {
        actionTypeId: SCANNER,
        actionConfiguration: { configuration: { Project: "app", ApiKey: "s3cret" } },
        pipelineContext: {
          pipelineName: "app",
          stage: { name: "Test" },
          action: { name: "Scan", actionExecutionId: expect.any(String) },
        },
        inputArtifacts: [{ name: "Code", location }],
        outputArtifacts: [{ name: "Report", location }],
        artifactCredentials: {
          accessKeyId: expect.any(String),
          secretAccessKey: expect.any(String),
          sessionToken: expect.any(String),
        },
      },
    });
    expect(await acknowledge(jobId, told.nonce)).toBe("InProgress");

    await succeed(jobId, { executionDetails: { summary: "clean", externalExecutionId: "77" } });
    expect(await statusOf(client, executionId)).toBe("Succeeded");
    const { actionStates: [state] = [] } = await stageState(client, "Test");
    expect(state?.latestExecution).toMatchObject({
      status: "Succeeded",
      summary: "clean",
      externalExecutionUrl: "https://scanner.example/app/77",
    });
    expect(state?.entityUrl).toBe("https://scanner.example/app");
    const { actionExecutionDetails: [row] = [] } = await client.send(
      new ListActionExecutionsCommand({ pipelineName: "app" }),
    );
    expect(row?.input?.configuration).toEqual({ Project: "app", ApiKey: "****" });
  });

  it("keeps the nonce and renews the credentials when it is asked for the details again (inferred: api.md §16)", async () => {
    await pass(client, ORIGIN);
    const jobId = await polled();
    const { nonce, data } = await details(jobId);
    const again = await details(jobId);
    expect(again.nonce).toBe(nonce);
    expect(again.data?.artifactCredentials?.sessionToken).not.toBe(data?.artifactCredentials?.sessionToken);
    expect(await acknowledge(jobId, nonce)).toBe("InProgress");
  });

  it("tells how a job ended that has ended before it was acknowledged, and refuses another result", async () => {
    await pass(client, ORIGIN);
    const jobId = await polled();
    const { nonce } = await details(jobId);
    await succeed(jobId);
    expect(await acknowledge(jobId, nonce)).toBe("Succeeded");
    await succeed(jobId);
    const other = succeed(jobId, { executionDetails: { summary: "other" } });
    expect(await refusal(other)).toMatch(/^InvalidJobStateException: The status of job with id /);
  });

  it("E3.12: goes on with a new job after a continuation token", async () => {
    await pass(client, ORIGIN);
    const first = await polled();
    await succeed(first, { continuationToken: "half" });
    const second = await polled();
    expect(second).not.toBe(first);
    expect((await details(second)).data?.continuationToken).toBe("half");
    await succeed(second);
    expect(await statusOf(client, executionId)).toBe("Succeeded");
  });

  it("E3.14: takes a failure, its repeat, and no other result afterwards", async () => {
    await pass(client, ORIGIN);
    const jobId = await polled();
    const failureDetails = { type: "JobFailed", message: "2 leaks", externalExecutionId: "78" } as const;
    const fail = () =>
      client.send(new PutThirdPartyJobFailureResultCommand({ jobId, clientToken, failureDetails }));
    await fail();
    await fail();
    expect(await statusOf(client, executionId)).toBe("Failed");
    expect(await refusal(succeed(jobId))).toMatch(/^InvalidJobStateException: .*has already terminated/);
  });

  it("refuses another customer's token in every operation, and the job stays as it is", async () => {
    await pass(client, ORIGIN);
    const jobId = await polled();
    const { nonce } = await details(jobId);
    const wrong = { jobId, clientToken: "guessed" };
    const failureDetails = { type: "JobFailed", message: "x" } as const;
    for (const command of [
      new GetThirdPartyJobDetailsCommand(wrong),
      new AcknowledgeThirdPartyJobCommand({ ...wrong, nonce }),
      new PutThirdPartyJobSuccessResultCommand(wrong),
      new PutThirdPartyJobFailureResultCommand({ ...wrong, failureDetails }),
    ]) {
      expect(await refusal(client.send(command as GetThirdPartyJobDetailsCommand))).toMatch(
        /^InvalidClientTokenException: /,
      );
    }
    expect(await refusal(acknowledge(jobId, "0"))).toMatch(/^InvalidNonceException: /);
    expect(await acknowledge(jobId, nonce)).toBe("InProgress");
  });

  it("keeps the two kinds of jobs apart, and regions", async () => {
    const custom = await take(client, ORIGIN);
    expect(await refusal(details(custom.id!))).toMatch(/^InvalidJobException: /);
    expect(await refusal(succeed(custom.id!))).toMatch(/^JobNotFoundException: /);
    await client.send(new PutJobSuccessResultCommand({ jobId: custom.id }));
    const jobId = await polled();
    const missing = `JobNotFoundException: Job with id '${jobId}' does not exist`;
    expect(await refusal(client.send(new GetJobDetailsCommand({ jobId })))).toBe(missing);
    expect(await refusal(client.send(new PutJobSuccessResultCommand({ jobId })))).toBe(missing);
    const elsewhere = new GetThirdPartyJobDetailsCommand({ jobId, clientToken });
    expect(await refusal(here.fixture.freshClient().send(elsewhere))).toBe(missing);
    expect(await refusal(details("no such job"))).toMatch(/^JobNotFoundException: /);
  });

  it("polls for types of one's own that are owned by a third party, as many as asked for", async () => {
    for (const actionTypeId of [ORIGIN, FOREIGN, { ...SCANNER, version: "2" }])
      expect(await refusal(poll(actionTypeId))).toMatch(/^ActionTypeNotFoundException: /);
    await pass(client, ORIGIN);
    const name = "other";
    await client.send(
      new CreatePipelineCommand({
        pipeline: {
          name,
          roleArn: "arn:aws:iam::000000000000:role/pipeline",
          stages: [
            stage("Source", fetch({ outputArtifacts: [] })),
            stage("Test", scan(), scan({ name: "Again" })),
          ],
        },
      }),
    );
    await pass(client, ORIGIN);
    expect(await poll()).toHaveLength(1);
    expect(await poll(SCANNER, 200)).toHaveLength(2);
    await start(client, name);
    expect(await poll()).toEqual([]);
  });
});
