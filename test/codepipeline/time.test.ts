/** What time brings, as callers see it. */
import {
  AcknowledgeJobCommand,
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetJobDetailsCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  PollForJobsCommand,
  PutApprovalResultCommand,
  PutJobSuccessResultCommand,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it, vi } from "vitest";
import { approval, pipelineWith } from "./support/declarations.ts";
import { refusal } from "./support/server.ts";
import { DAY, HOUR, timeTravel } from "./support/time-travel.ts";
import {
  BUILD_AND_SHIP,
  createWorked,
  ORIGIN,
  pass,
  stageState,
  start,
  statusOf,
  succeed,
  take,
} from "./support/workers.ts";

const here = timeTravel();

/** A server that has started answers before it has done what fell due. */
const soon = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 20_000 });

/** What the stage's only action shows once it has ended. */
async function endedAction(stage: string) {
  return soon(async () => {
    const { actionStates: [state] = [] } = await stageState(here.client, stage);
    expect(state?.latestExecution?.status).not.toBe("InProgress");
    return state!.latestExecution!;
  });
}

const acknowledge = async (jobId?: string, nonce?: string) =>
  (await here.client.send(new AcknowledgeJobCommand({ jobId, nonce }))).status;
const details = async (jobId?: string) =>
  (await here.client.send(new GetJobDetailsCommand({ jobId }))).jobDetails;

describe("a custom action's 24 hours (api.md §8, §15, semantics.md E10)", () => {
  it("are over however far the worker is: TimedOut, JobFailed; a day later the job is forgotten", async () => {
    const executionId = await createWorked(here.client, BUILD_AND_SHIP);
    const { id: jobId, nonce } = await take(here.client, ORIGIN);
    await here.later(23.9 * HOUR);
    expect(await acknowledge(jobId, nonce)).toBe("InProgress");
    expect(await statusOf(here.client, executionId)).toBe("InProgress");

    await here.later(0.2 * HOUR);
    expect(await endedAction("Source")).toMatchObject({
      status: "Failed",
      errorDetails: { code: "JobFailed", message: "The action timed out after 1440 minutes." },
    });
    expect(await statusOf(here.client, executionId)).toBe("Failed");
    expect(await acknowledge(jobId, nonce)).toBe("TimedOut");
    const described = await details(jobId);
    expect(described).toMatchObject({ id: jobId, data: { actionTypeId: ORIGIN } });
    expect(described?.data).not.toHaveProperty("artifactCredentials");

    await here.later(DAY + HOUR);
    const missing = `JobNotFoundException: Job with id '${jobId}' does not exist`;
    await soon(async () => expect(await refusal(details(jobId))).toBe(missing));
    expect(await refusal(acknowledge(jobId, nonce))).toBe(missing);
    expect(await refusal(here.client.send(new PutJobSuccessResultCommand({ jobId })))).toBe(missing);
  });

  it("leave a job whose result is refused as of one that has terminated (inferred: api.md PutJobSuccessResult)", async () => {
    await createWorked(here.client, BUILD_AND_SHIP);
    const { id: jobId } = await take(here.client, ORIGIN);
    await here.later(24 * HOUR);
    await endedAction("Source");
    expect(await refusal(here.client.send(new PutJobSuccessResultCommand({ jobId })))).toBe(
      `InvalidJobStateException: Job with id ${jobId} has already terminated`,
    );
  });

  it("count from the action's start, however many jobs it took", async () => {
    await createWorked(here.client, BUILD_AND_SHIP);
    const first = await take(here.client, ORIGIN);
    await here.later(23 * HOUR);
    await succeed(here.client, first, { continuationToken: "go on" });
    const { id, nonce } = await take(here.client, ORIGIN);
    await here.later(1.1 * HOUR);
    expect(await endedAction("Source")).toMatchObject({
      status: "Failed",
      errorDetails: { code: "JobFailed", message: "The action timed out after 1440 minutes." },
    });
    expect(await acknowledge(id, nonce)).toBe("TimedOut");
  });

  it("E3.10: a job that nobody acknowledged comes again with another nonce; the first one is dead (inferred: api.md §19.2)", async () => {
    await createWorked(here.client, BUILD_AND_SHIP);
    const poll = async () =>
      (await here.client.send(new PollForJobsCommand({ actionTypeId: ORIGIN }))).jobs?.[0];
    const first = await poll();
    expect(await poll()).toBeUndefined();
    await here.later(31_000);
    const again = await soon(async () => {
      const job = await poll();
      expect(job).toBeDefined();
      return job;
    });
    expect(again?.id).toBe(first?.id);
    expect(again?.nonce).not.toBe(first?.nonce);
    expect(await refusal(acknowledge(first?.id, first?.nonce))).toMatch(/^InvalidNonceException: /);
    expect(await acknowledge(again?.id, again?.nonce)).toBe("InProgress");
  });
});

describe("an approval's 7 days (api.md §8, §13.1, semantics.md E5.3)", () => {
  it("end in failure: it can't be answered any more, and a retry opens another one", async () => {
    await createWorked(here.client, {
      ...BUILD_AND_SHIP,
      stages: [BUILD_AND_SHIP.stages![0]!, { name: "Release", actions: [approval()] }],
    });
    await pass(here.client, ORIGIN);
    const { actionStates: [waiting] = [], latestExecution } = await stageState(here.client, "Release");
    const token = waiting?.latestExecution?.token;
    await here.later(7 * DAY);
    expect(await endedAction("Release")).toMatchObject({
      status: "Failed",
      errorDetails: { code: "JobFailed", message: "The approval was not given within 10080 minutes." },
    });
    const answer = new PutApprovalResultCommand({
      pipelineName: "app",
      stageName: "Release",
      actionName: "Approve",
      token,
      result: { status: "Approved", summary: "late" },
    });
    expect(await refusal(here.client.send(answer))).toBe(
      "InvalidApprovalTokenException: The approval of action 'Approve' in stage 'Release' is no longer open.",
    );
    await here.client.send(
      new RetryStageExecutionCommand({
        pipelineName: "app",
        stageName: "Release",
        pipelineExecutionId: latestExecution?.pipelineExecutionId,
        retryMode: "FAILED_ACTIONS",
      }),
    );
    const { actionStates: [again] = [] } = await stageState(here.client, "Release");
    expect(again?.latestExecution).toMatchObject({ status: "InProgress", token: expect.any(String) });
    expect(again?.latestExecution?.token).not.toBe(token);
  });

  it("are as many minutes as timeoutInMinutes says", async () => {
    const { client } = here;
    await createWorked(client, {
      ...BUILD_AND_SHIP,
      stages: [BUILD_AND_SHIP.stages![0]!, { name: "Release", actions: [approval({ timeoutInMinutes: 5 })] }],
    });
    await pass(client, ORIGIN);
    await here.later(5 * 60_000);
    expect(await endedAction("Release")).toMatchObject({
      errorDetails: { message: "The approval was not given within 5 minutes." },
    });
  });
});

describe("30 days at a disabled transition (api.md §12, semantics.md E2.9)", () => {
  it("end the waiting: enabling it then lets nobody in, and a new start goes through", async () => {
    const executionId = await createWorked(here.client, BUILD_AND_SHIP);
    const transition = { pipelineName: "app", stageName: "Build", transitionType: "Inbound" } as const;
    const { client } = here;
    await client.send(new DisableStageTransitionCommand({ ...transition, reason: "freeze" }));
    await pass(client, ORIGIN);
    await here.later(29 * DAY);
    expect((await stageState(here.client, "Build")).inboundExecution?.pipelineExecutionId).toBe(executionId);
    await here.later(2 * DAY);
    await soon(async () => expect(await statusOf(here.client, executionId)).toBe("Cancelled"));
    await here.client.send(new EnableStageTransitionCommand(transition));
    expect(await stageState(here.client, "Build")).not.toHaveProperty("latestExecution");
    const next = await start(here.client);
    await pass(here.client, ORIGIN);
    expect((await stageState(here.client, "Build")).latestExecution?.pipelineExecutionId).toBe(next);
  });
});

describe("a start's token (api.md StartPipelineExecution)", () => {
  it("is known as long as its execution", async () => {
    await createWorked(here.client, BUILD_AND_SHIP);
    const again = () =>
      here.client.send(new StartPipelineExecutionCommand({ name: "app", clientRequestToken: "t" }));
    const { pipelineExecutionId } = await again();
    await here.later(364 * DAY);
    expect((await again()).pipelineExecutionId).toBe(pipelineExecutionId);
  });
});

describe("12 months of history (api.md §3)", () => {
  it("older executions and their actions are not listed, and not found (inferred: api.md §3)", async () => {
    const old = await createWorked(here.client, BUILD_AND_SHIP);
    await pass(here.client, ORIGIN);
    const listed = async () => {
      const { client } = here;
      const { pipelineExecutionSummaries = [] } = await client.send(
        new ListPipelineExecutionsCommand({ pipelineName: "app" }),
      );
      const { actionExecutionDetails = [] } = await client.send(
        new ListActionExecutionsCommand({ pipelineName: "app" }),
      );
      return {
        executions: pipelineExecutionSummaries.map(({ pipelineExecutionId }) => pipelineExecutionId),
        actions: new Set(actionExecutionDetails.map(({ pipelineExecutionId }) => pipelineExecutionId)),
      };
    };
    await here.later(364 * DAY);
    const young = await start(here.client);
    expect(await listed()).toEqual({ executions: [young, old], actions: new Set([young, old]) });

    await here.later(2 * DAY);
    expect(await listed()).toEqual({ executions: [young], actions: new Set([young]) });
    const get = new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId: old });
    const missing = `PipelineExecutionNotFoundException: Account '000000000000' does not have an execution with id '${old}' for pipeline 'app'`;
    expect(await refusal(here.client.send(get))).toBe(missing);
    const ofIt = new ListActionExecutionsCommand({
      pipelineName: "app",
      filter: { pipelineExecutionId: old },
    });
    expect(await refusal(here.client.send(ofIt))).toBe(missing);
  });
});

describe("page tokens (api.md §3)", () => {
  it("are refused a day later", async () => {
    for (const name of ["one", "two"])
      await here.client.send(new CreatePipelineCommand({ pipeline: { ...pipelineWith(approval()), name } }));
    const { nextToken } = await here.client.send(new ListPipelinesCommand({ maxResults: 1 }));
    await here.later(23 * HOUR);
    const { pipelines } = await here.client.send(new ListPipelinesCommand({ nextToken }));
    expect(pipelines?.map(({ name }) => name)).toEqual(["two"]);
    await here.later(2 * HOUR);
    expect(await refusal(here.client.send(new ListPipelinesCommand({ nextToken })))).toMatch(
      /^InvalidNextTokenException: /,
    );
  });
});
