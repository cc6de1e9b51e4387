import {
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListDeployActionExecutionTargetsCommand,
  type ListDeployActionExecutionTargetsInput,
  paginateListDeployActionExecutionTargets,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { BUILD_AND_SHIP } from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

const list = (input: Partial<ListDeployActionExecutionTargetsInput>) =>
  here.client.send(new ListDeployActionExecutionTargetsCommand({ actionExecutionId: undefined, ...input }));

async function startedAction() {
  const { actionExecutionDetails = [] } = await here.client.send(
    new ListActionExecutionsCommand({ pipelineName: "app" }),
  );
  return actionExecutionDetails[0]!.actionExecutionId!;
}

describe("ListDeployActionExecutionTargets (api.md §11)", () => {
  it("answers an empty list for an action without targets, as all are here, with or without the pipeline and a filter (inferred: api.md §3)", async () => {
    const actionExecutionId = await startedAction();
    const filters = [{ name: "TARGET_STATUS", values: ["Failed", "InProgress"] } as const];
    for (const more of [{}, { pipelineName: "app" }, { filters: [{ ...filters[0], values: ["Failed"] }] }]) {
      const { $metadata: _, ...answer } = await list({ actionExecutionId, ...more });
      expect(answer).toEqual({ targets: [] });
    }
    const pages = paginateListDeployActionExecutionTargets({ client: here.client }, { actionExecutionId });
    expect((await Array.fromAsync(pages)).map(({ targets }) => targets)).toEqual([[]]);
  });

  it("refuses unknown pipelines and action executions, of other pipelines and regions too", async () => {
    const actionExecutionId = await startedAction();
    expect(await refusal(list({ actionExecutionId, pipelineName: "nobody" }))).toBe(
      "PipelineNotFoundException: The account with AWS account ID '000000000000' does not include a pipeline named 'nobody'",
    );
    const other = { ...BUILD_AND_SHIP, name: "other" };
    await here.client.send(new CreatePipelineCommand({ pipeline: other }));
    expect(await refusal(list({ actionExecutionId, pipelineName: "other" }))).toMatch(
      /^ActionExecutionNotFoundException: .* in a pipeline named 'other'$/,
    );
    expect(await refusal(list({ actionExecutionId: "none" }))).toMatch(/^ActionExecutionNotFoundException: /);
    const elsewhere = here.fixture
      .freshClient()
      .send(new ListDeployActionExecutionTargetsCommand({ actionExecutionId }));
    expect(await refusal(elsewhere)).toMatch(/^ActionExecutionNotFoundException: /);
  });

  it("refuses a token that no call answered", async () => {
    const actionExecutionId = await startedAction();
    expect(await refusal(list({ actionExecutionId, nextToken: "forged" }))).toMatch(
      /^InvalidNextTokenException: /,
    );
  });
});
