import {
  type ActionExecutionFilter,
  ListActionExecutionsCommand,
  type ListActionExecutionsInput,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approval, stage } from "./support/declarations.ts";
import { CALLER, type Fixture, refusal, startServer } from "./support/server.ts";
import {
  BUILDER,
  build,
  createWorked,
  fail,
  ORIGIN,
  pass,
  ship,
  start,
  succeed,
  take,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
let first: string;
let second: string;
const role = "arn:aws:iam::000000000000:role/act";
const note = "#{built.Sha}/#{codepipeline.PipelineExecutionId}";
beforeAll(async () => {
  fixture = await startServer();
  const { client } = fixture;
  const built = build({
    namespace: "built",
    outputArtifacts: [{ name: "App" }],
    configuration: { Project: "app", Token: "s3cr3t" },
  });
  const shipped = ship({ configuration: { Note: note }, inputArtifacts: [{ name: "App" }], roleArn: role });
  first = await createWorked(
    client,
    worked([stage("Build", built), stage("Approve", approval()), stage("Ship", shipped)]),
  );
  await succeed(client, await take(client, ORIGIN));
  await fail(client, await take(client, BUILDER), "no compiler");
  await client.send(
    new RetryStageExecutionCommand({
      pipelineName: "app",
      stageName: "Build",
      pipelineExecutionId: first,
      retryMode: "FAILED_ACTIONS",
    }),
  );
  await succeed(client, await take(client, BUILDER), {
    executionDetails: { summary: "built", externalExecutionId: "42", percentComplete: 100 },
    outputVariables: { Sha: "abc" },
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const list = (filter?: ActionExecutionFilter, more: Partial<ListActionExecutionsInput> = {}) =>
  fixture.client.send(new ListActionExecutionsCommand({ pipelineName: "app", filter, ...more }));
const rows = async (filter?: ActionExecutionFilter) => (await list(filter)).actionExecutionDetails ?? [];

describe("ListActionExecutions (api.md §3, §11)", () => {
  it("shows one row per attempt, the newest start first", async () => {
    const found = await rows();
    expect(found.map((row) => `${row.actionName} ${row.status}`)).toEqual([
      "Approve InProgress",
      "Build Succeeded",
      "Build Failed",
      "Fetch Succeeded",
    ]);
    expect(new Set(found.map((row) => row.actionExecutionId)).size).toBe(4);
  });

  it("shows an attempt that failed: errorDetails, no outputs, no variables", async () => {
    const failed = (await rows()).find((row) => row.status === "Failed");
    expect(failed?.output).toEqual({
      outputArtifacts: [],
      outputVariables: {},
      executionResult: { errorDetails: { code: "JobFailed", message: "no compiler" } },
    });
  });

  it("shows an attempt that succeeded, secrets as asterisks (§6), links from the type", async () => {
    const built = (await rows()).find((row) => row.actionName === "Build" && row.status === "Succeeded");
    const s3location = {
      bucket: expect.any(String),
      key: expect.stringMatching(/^app\/App\/[A-Za-z0-9]{7}\.zip$/),
    };
    expect(built).toEqual({
      pipelineExecutionId: first,
      actionExecutionId: expect.any(String),
      pipelineVersion: 1,
      stageName: "Build",
      actionName: "Build",
      startTime: expect.any(Date),
      lastUpdateTime: expect.any(Date),
      status: "Succeeded",
      input: {
        actionTypeId: BUILDER,
        configuration: { Project: "app", Token: "****" },
        resolvedConfiguration: { Project: "app", Token: "****" },
        region: "us-east-1",
        namespace: "built",
        inputArtifacts: [
          {
            name: "Code",
            s3location: { bucket: expect.any(String), key: expect.stringMatching(/^app\/Code\//) },
          },
        ],
      },
      output: {
        outputArtifacts: [{ name: "App", s3location }],
        outputVariables: { Sha: "abc" },
        executionResult: {
          externalExecutionId: "42",
          externalExecutionSummary: "built",
          externalExecutionUrl: "https://ci.example/app/42",
        },
      },
    });
  });

  it("shows approvals with their token, then who answered and what was said", async () => {
    const [waiting] = await rows();
    const token = waiting!.actionExecutionId;
    expect(waiting?.output).toEqual({
      outputArtifacts: [],
      outputVariables: {},
      executionResult: { externalExecutionId: token },
    });
    expect(waiting?.input).toMatchObject({
      configuration: {},
      resolvedConfiguration: {},
      inputArtifacts: [],
    });
    await fixture.client.send(
      new PutApprovalResultCommand({
        pipelineName: "app",
        stageName: "Approve",
        actionName: "Approve",
        token,
        result: { status: "Approved", summary: "fine" },
      }),
    );
    const answered = (await rows()).find((row) => row.actionExecutionId === token);
    expect(answered).toMatchObject({ status: "Succeeded", updatedBy: CALLER });
    expect(answered?.output?.executionResult).toEqual({
      externalExecutionId: token,
      externalExecutionSummary: "fine",
    });
  });

  it("E4.7 shows references replaced, and roleArn where the action has one", async () => {
    const [shipped] = await rows();
    expect(shipped?.input).toMatchObject({
      configuration: { Note: note },
      resolvedConfiguration: { Note: `abc/${first}` },
      roleArn: role,
    });
    expect(shipped?.input).not.toHaveProperty("namespace");
  });

  it("filters: all of an execution, the latest of each action, the intersection", async () => {
    second = await start(fixture.client);
    await pass(fixture.client, ORIGIN);
    const names = async (filter: ActionExecutionFilter) =>
      (await rows(filter)).map((row) => `${row.actionName} ${row.status}`);
    const latest = (pipelineExecutionId: string, startTimeRange: "All" | "Latest") => ({
      latestInPipelineExecution: { pipelineExecutionId, startTimeRange },
    });
    const all = [
      "Ship InProgress",
      "Approve Succeeded",
      "Build Succeeded",
      "Build Failed",
      "Fetch Succeeded",
    ];
    const last = all.filter((name) => name !== "Build Failed");
    expect(await names({ pipelineExecutionId: first })).toEqual(all);
    expect(await names(latest(first, "All"))).toEqual(all);
    expect(await names(latest(first, "Latest"))).toEqual(last);
    expect(await names({ pipelineExecutionId: first, ...latest(first, "Latest") })).toEqual(last);
    expect(await names({ pipelineExecutionId: second })).toEqual(["Build InProgress", "Fetch Succeeded"]);
    expect(await names({ pipelineExecutionId: first, ...latest(second, "All") })).toEqual([]);
  });

  it("of two filters wants the first one's execution to be there, not the second one's", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    const latest = (pipelineExecutionId: string) =>
      ({ latestInPipelineExecution: { pipelineExecutionId, startTimeRange: "Latest" } }) as const;
    expect(await rows({ pipelineExecutionId: first, ...latest(unknown) })).toEqual([]);
    for (const filter of [{ pipelineExecutionId: unknown, ...latest(first) }, latest(unknown)])
      expect(await refusal(list(filter))).toMatch(/^PipelineExecutionNotFoundException: /);
  });

  it("pages, and takes the token of an equivalent filter", async () => {
    const found: unknown[] = [];
    let nextToken: string | undefined;
    let filter: ActionExecutionFilter = { pipelineExecutionId: first };
    do {
      const page = await list(filter, { maxResults: 2, nextToken });
      found.push(...(page.actionExecutionDetails ?? []));
      nextToken = page.nextToken;
      filter = { latestInPipelineExecution: { pipelineExecutionId: first, startTimeRange: "All" } };
    } while (nextToken !== undefined);
    expect(found).toEqual(await rows({ pipelineExecutionId: first }));
    const { nextToken: own } = await list({ pipelineExecutionId: first }, { maxResults: 1 });
    expect(await refusal(list({ pipelineExecutionId: second }, { nextToken: own }))).toMatch(
      /^InvalidNextTokenException: /,
    );
  });

  it("refuses in the words of the newer lists", async () => {
    expect(await refusal(list(undefined, { pipelineName: "nobody" }))).toBe(
      "PipelineNotFoundException: The account with AWS account ID '000000000000' does not include a pipeline named 'nobody'",
    );
    const other = "00000000-0000-4000-8000-000000000000";
    expect(await refusal(list({ pipelineExecutionId: other }))).toMatch(
      /^PipelineExecutionNotFoundException: /,
    );
  });

  it("§1.4, §19.1 names every member that is missing before it looks for the pipeline", async () => {
    const filter = { latestInPipelineExecution: {} } as ActionExecutionFilter;
    expect(await refusal(list(filter, { pipelineName: "nobody" }))).toBe(
      "ValidationException: 2 validation errors detected: Value at 'filter.latestInPipelineExecution.pipelineExecutionId' failed to satisfy constraint: Member must not be null; Value at 'filter.latestInPipelineExecution.startTimeRange' failed to satisfy constraint: Member must not be null",
    );
  });
});
