import {
  type ConditionType,
  ListPipelineExecutionsCommand,
  OverrideStageConditionCommand,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { beforeEach, describe, expect, it } from "vitest";
import { after, before, inProduction, someDay } from "./support/conditions.ts";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { fail, ORIGIN, pass, SHIPPER, ship, stageState, statusOf, take, worked } from "./support/workers.ts";

const declaration = worked([before(stage("Ship", ship()), "FAIL", inProduction)], {
  variables: [{ name: "Env", defaultValue: "dev" }],
});

const here = freshPipeline(declaration);

const override = (
  pipelineExecutionId: string,
  conditionType: ConditionType = "BEFORE_ENTRY",
  changes: { stageName?: string; pipelineName?: string } = {},
) =>
  here.client.send(
    new OverrideStageConditionCommand({
      pipelineName: "app",
      stageName: "Ship",
      pipelineExecutionId,
      conditionType,
      ...changes,
    }),
  );

async function startIn(env: string): Promise<string> {
  const { pipelineExecutionId } = await here.client.send(
    new StartPipelineExecutionCommand({ name: "app", variables: [{ name: "Env", value: env }] }),
  );
  await pass(here.client, ORIGIN);
  return pipelineExecutionId!;
}

describe("OverrideStageCondition (api.md §11, semantics.md E9.12)", () => {
  beforeEach(() => pass(here.client, ORIGIN));

  it("lets an execution go on whose entry condition failed", async () => {
    expect(await statusOf(here.client, here.executionId)).toBe("Failed");
    const answer = await override(here.executionId);
    expect(answer).toEqual({ $metadata: expect.objectContaining({ httpStatusCode: 200 }) });
    expect(await stageState(here.client, "Ship")).toMatchObject({
      latestExecution: { status: "InProgress" },
      beforeEntryConditionState: { latestExecution: { status: "Overridden" } },
    });
    await pass(here.client, SHIPPER);
    expect(await statusOf(here.client, here.executionId)).toBe("Succeeded");
  });

  it("ends a success condition that still waits", async () => {
    const pipeline = worked([after(stage("Ship", ship()), "FAIL", someDay)]);
    await here.client.send(new UpdatePipelineCommand({ pipeline }));
    const id = await startIn("dev");
    await pass(here.client, SHIPPER);
    expect(await statusOf(here.client, id)).toBe("InProgress");
    await override(id, "ON_SUCCESS");
    expect(await statusOf(here.client, id)).toBe("Succeeded");
    const { onSuccessConditionState } = await stageState(here.client, "Ship");
    expect(onSuccessConditionState?.latestExecution?.status).toBe("Overridden");
    const [rule] = onSuccessConditionState?.conditionStates?.[0]?.ruleStates ?? [];
    expect(rule?.latestExecution?.status).toBe("Abandoned");
  });

  it("refuses conditions whose result is SKIP, and those of failure", async () => {
    const { stages } = worked([before(stage("Ship", ship()), "SKIP", inProduction)]);
    await here.client.send(new UpdatePipelineCommand({ pipeline: { ...declaration, stages } }));
    const id = await startIn("dev");
    const { beforeEntryConditionState } = await stageState(here.client, "Ship");
    expect(beforeEntryConditionState?.latestExecution?.status).toBe("Failed");
    expect(await statusOf(here.client, id)).toBe("Succeeded");
    expect(await refusal(override(id))).toMatch(/^ConditionNotOverridableException: /);
    expect(await refusal(override(id, "ON_FAILURE" as ConditionType))).toBe(
      "ValidationException: 1 validation error detected: Value at 'conditionType' failed to satisfy constraint: Member must satisfy enum value set: [BEFORE_ENTRY, ON_SUCCESS]",
    );
  });

  it("refuses in order: pipeline, stage, condition, execution, what there is to override", async () => {
    const id = here.executionId;
    expect(await refusal(override(id, "BEFORE_ENTRY", { pipelineName: "none" }))).toMatch(
      /^PipelineNotFoundException: /,
    );
    expect(await refusal(override(id, "BEFORE_ENTRY", { stageName: "None" }))).toBe(
      "StageNotFoundException: Pipeline 'app' does not have a stage with name 'None'",
    );
    expect(await refusal(override(id, "ON_SUCCESS"))).toBe(
      `ConditionNotOverridableException: The ON_SUCCESS condition of stage 'Ship' in pipeline 'app' can't be overridden for execution '${id}'. A condition can be overridden while it is in progress, or when it has failed the stage; one with the result SKIP can't.`,
    );
    expect(await refusal(override("00000000-0000-4000-8000-000000000000"))).toMatch(
      /^NotLatestPipelineExecutionException: /,
    );
    const second = await startIn("prod");
    expect(await refusal(override(id))).toMatch(/^NotLatestPipelineExecutionException: /);
    await fail(here.client, await take(here.client, SHIPPER));
    expect(await refusal(override(second))).toMatch(/^ConditionNotOverridableException: /);
  });

  it("E2.12 is refused where it would revive one execution too many", async () => {
    const pipeline = { ...declaration, executionMode: "QUEUED" as const };
    await here.client.send(new UpdatePipelineCommand({ pipeline }));
    const failed = await startIn("dev");
    for (let n = 0; n < 50; n++) {
      await here.client.send(new StartPipelineExecutionCommand({ name: "app" }));
    }
    expect(await refusal(override(failed))).toMatch(/^ConcurrentPipelineExecutionsLimitExceededException: /);
    const { pipelineExecutionSummaries = [] } = await here.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: "app" }),
    );
    expect(pipelineExecutionSummaries.at(50)).toMatchObject({
      pipelineExecutionId: failed,
      status: "Failed",
    });
  });
});
