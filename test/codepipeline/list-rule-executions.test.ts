import {
  CreatePipelineCommand,
  ListRuleExecutionsCommand,
  type ListRuleExecutionsCommandInput,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { beforeEach, describe, expect, it } from "vitest";
import { before, inProduction, someDay } from "./support/conditions.ts";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { ORIGIN, pass, ship, stageState, worked } from "./support/workers.ts";

const role = "arn:aws:iam::000000000000:role/rule";
const declaration = worked(
  [before(stage("Ship", ship()), "FAIL", { ...inProduction, roleArn: role }, someDay)],
  { variables: [{ name: "Env", defaultValue: "dev" }] },
);

const here = freshPipeline(declaration);
beforeEach(() => pass(here.client, ORIGIN));

const list = (changes: Partial<ListRuleExecutionsCommandInput> = {}) =>
  here.client.send(new ListRuleExecutionsCommand({ pipelineName: "app", ...changes }));

async function retry(): Promise<void> {
  await here.client.send(
    new RetryStageExecutionCommand({
      pipelineName: "app",
      stageName: "Ship",
      pipelineExecutionId: here.executionId,
      retryMode: "FAILED_ACTIONS",
    }),
  );
}

describe("ListRuleExecutions (api.md §11)", () => {
  it("tells what a rule was given, and what it said", async () => {
    const { ruleExecutionDetails = [] } = await list();
    const failed = ruleExecutionDetails.find(({ ruleName }) => ruleName === "Production");
    expect(failed).toEqual({
      pipelineExecutionId: here.executionId,
      ruleExecutionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      pipelineVersion: 1,
      stageName: "Ship",
      ruleName: "Production",
      startTime: expect.any(Date),
      lastUpdateTime: expect.any(Date),
      status: "Failed",
      input: {
        ruleTypeId: inProduction.ruleTypeId,
        configuration: inProduction.configuration,
        resolvedConfiguration: { Variable: "dev", Value: "prod", Operator: "EQ" },
        region: expect.stringMatching(/^xx-test-/),
        roleArn: role,
        inputArtifacts: [],
      },
      output: { executionResult: { errorDetails: { code: "JobFailed", message: expect.any(String) } } },
    });
    const beside = ruleExecutionDetails.find(({ ruleName }) => ruleName === "SomeDay");
    expect(beside).toMatchObject({ status: "Abandoned", output: {} });
    expect(beside?.input).not.toHaveProperty("roleArn");
  });

  it("E9.5 each time a rule is asked is a row, the newest first; Latest tells the newest of each rule (inferred: api.md §3)", async () => {
    await retry();
    const { ruleExecutionDetails: all = [] } = await list({
      filter: { pipelineExecutionId: here.executionId },
    });
    expect(all).toHaveLength(4);
    expect(new Set(all.map(({ ruleExecutionId }) => ruleExecutionId)).size).toBe(4);
    const times = all.map(({ startTime }) => startTime!.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const latest = await list({
      filter: {
        latestInPipelineExecution: { pipelineExecutionId: here.executionId, startTimeRange: "Latest" },
      },
    });
    expect(latest.ruleExecutionDetails).toEqual(all.slice(0, 2));
  });

  it("pages through them, each once", async () => {
    await retry();
    await retry();
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await list({ maxResults: 2, ...(nextToken !== undefined && { nextToken }) });
      seen.push(...(page.ruleExecutionDetails ?? []).map(({ ruleExecutionId }) => ruleExecutionId!));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect([seen.length, new Set(seen).size]).toEqual([6, 6]);
    expect(await refusal(list({ nextToken: "made-up" }))).toMatch(/^InvalidNextTokenException: /);
  });

  it("answers only rows of the execution that the filters name", async () => {
    const { pipelineExecutionId } = await here.client.send(
      new StartPipelineExecutionCommand({ name: "app" }),
    );
    await pass(here.client, ORIGIN);
    const { ruleExecutionDetails = [] } = await list({ filter: { pipelineExecutionId } });
    expect(new Set(ruleExecutionDetails.map((row) => row.pipelineExecutionId))).toEqual(
      new Set([pipelineExecutionId]),
    );
    const both = await list({
      filter: {
        pipelineExecutionId,
        latestInPipelineExecution: { pipelineExecutionId: here.executionId, startTimeRange: "All" },
      },
    });
    expect(both.ruleExecutionDetails).toEqual([]);
  });

  it("refuses an unknown pipeline or execution", async () => {
    expect(await refusal(list({ pipelineName: "none" }))).toBe(
      "PipelineNotFoundException: The account with AWS account ID '000000000000' does not include a pipeline named 'none'",
    );
    const pipelineExecutionId = "00000000-0000-4000-8000-000000000000";
    expect(await refusal(list({ filter: { pipelineExecutionId } }))).toMatch(
      /^PipelineExecutionNotFoundException: /,
    );
  });
});

describe("conditions in GetPipelineState (api.md §11)", () => {
  it("stand there as soon as they are declared, with what was said last", async () => {
    expect(await stageState(here.client, "Source")).not.toHaveProperty("beforeEntryConditionState");
    const { beforeEntryConditionState: shown, latestExecution } = await stageState(here.client, "Ship");
    expect(latestExecution?.status).toBe("Failed");
    const summary = expect.stringMatching(/^Rule 'Production': /);
    expect(shown).toEqual({
      latestExecution: { status: "Failed", summary },
      conditionStates: [
        {
          latestExecution: { status: "Failed", summary, lastStatusChange: expect.any(Date) },
          ruleStates: [
            {
              ruleName: "Production",
              latestExecution: {
                ruleExecutionId: expect.any(String),
                status: "Failed",
                lastStatusChange: expect.any(Date),
                errorDetails: { code: "JobFailed", message: expect.any(String) },
              },
            },
            {
              ruleName: "SomeDay",
              latestExecution: {
                ruleExecutionId: expect.any(String),
                status: "Abandoned",
                lastStatusChange: expect.any(Date),
              },
            },
          ],
        },
      ],
    });
  });

  it("keep the last evaluation while the next execution is on its way", async () => {
    const { pipelineExecutionId } = await here.client.send(
      new StartPipelineExecutionCommand({ name: "app", variables: [{ name: "Env", value: "prod" }] }),
    );
    const { beforeEntryConditionState: kept } = await stageState(here.client, "Ship");
    expect(kept?.latestExecution?.status).toBe("Failed");
    await pass(here.client, ORIGIN);
    const { beforeEntryConditionState: now, latestExecution } = await stageState(here.client, "Ship");
    expect([latestExecution?.pipelineExecutionId, now?.latestExecution]).toEqual([
      pipelineExecutionId,
      { status: "InProgress" },
    ]);
  });

  it("have no evaluation before the first", async () => {
    const declared = worked([before(stage("Ship", ship()), "FAIL", someDay)], { name: "quiet" });
    const { client } = here;
    await client.send(new CreatePipelineCommand({ pipeline: declared }));
    expect((await stageState(client, "Ship", "quiet")).beforeEntryConditionState).toEqual({
      conditionStates: [{ ruleStates: [{ ruleName: "SomeDay" }] }],
    });
  });
});
