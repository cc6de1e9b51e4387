import {
  AcknowledgeJobCommand,
  GetJobDetailsCommand,
  type Job,
  PollForJobsCommand,
  type PollForJobsInput,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { BUILD_AND_SHIP, fail, ORIGIN, start, statusOf, succeed, take } from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

const poll = async (input: PollForJobsInput) =>
  (await here.client.send(new PollForJobsCommand(input))).jobs ?? [];
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

describe("AcknowledgeJob (api.md §15)", () => {
  it("takes the job with its nonce, and again with the same one", async () => {
    const [job] = await poll({ actionTypeId: ORIGIN });
    const acknowledge = (nonce = job!.nonce) =>
      here.client.send(new AcknowledgeJobCommand({ jobId: job!.id, nonce }));
    expect((await acknowledge()).status).toBe("InProgress");
    expect((await acknowledge()).status).toBe("InProgress");
    expect(await refusal(acknowledge("other"))).toMatch(/^InvalidNonceException: /);
  });

  it("tells how a job ended that has ended meanwhile (inferred: api.md AcknowledgeJob)", async () => {
    const { client } = here;
    const statusAfter = async (end: (job: Job) => Promise<unknown>) => {
      const [job] = await poll({ actionTypeId: ORIGIN });
      await end(job!);
      const { status } = await client.send(new AcknowledgeJobCommand({ jobId: job!.id, nonce: job!.nonce }));
      await start(client);
      return status;
    };
    expect(await statusAfter((job) => succeed(client, job))).toBe("Succeeded");
    expect(await statusAfter((job) => fail(client, job))).toBe("Failed");
    const stopped = statusAfter(async ({ data }) => {
      const { pipelineExecutionId } = data!.pipelineContext!;
      const stop = { pipelineName: "app", pipelineExecutionId, abandon: true };
      await client.send(new StopPipelineExecutionCommand(stop));
    });
    expect(await stopped).toBe("Failed");
  });

  it("A14 made-up ids and jobs of other regions don't exist, whatever is asked", async () => {
    const job = await take(here.client, ORIGIN);
    const failureDetails = { type: "JobFailed" as const, message: "no" };
    const elsewhere = here.fixture.clientOf("eu-west-1");
    for (const [one, jobId] of [
      [here.client, UNKNOWN],
      [elsewhere, job.id],
    ] as const) {
      const text = `JobNotFoundException: Job with id '${jobId}' does not exist`;
      expect(await refusal(one.send(new AcknowledgeJobCommand({ jobId, nonce: "1" })))).toBe(text);
      expect(await refusal(one.send(new GetJobDetailsCommand({ jobId })))).toBe(text);
      expect(await refusal(one.send(new PutJobSuccessResultCommand({ jobId })))).toBe(text);
      expect(await refusal(one.send(new PutJobFailureResultCommand({ jobId, failureDetails })))).toBe(text);
    }
    expect(await statusOf(here.client, here.executionId)).toBe("InProgress");
  });
});
