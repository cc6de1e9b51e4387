import { ListActionExecutionsCommand, PutJobFailureResultCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { BUILD_AND_SHIP, ORIGIN, stageState, statusOf, succeed, take } from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

describe("PutJobFailureResult (api.md §15)", () => {
  it("fails the action with type and message; repeats as E3.14 says", async () => {
    const job = await take(here.client, ORIGIN);
    const put = (message: string) =>
      here.client.send(
        new PutJobFailureResultCommand({
          jobId: job.id,
          failureDetails: { type: "PermissionError", message, externalExecutionId: "7" },
        }),
      );
    await put("no access");
    await put("no access");
    expect(await refusal(put("other"))).toMatch(/^InvalidJobStateException: The status of job with id /);
    expect(await refusal(succeed(here.client, job))).toMatch(/has already terminated$/);
    const { actionStates: [failed] = [] } = await stageState(here.client, "Source");
    expect(failed?.latestExecution).toMatchObject({
      status: "Failed",
      externalExecutionId: "7",
      errorDetails: { code: "PermissionError", message: "no access" },
    });
    expect(await statusOf(here.client, here.executionId)).toBe("Failed");
  });

  it.each([
    "JobFailed",
    "ConfigurationError",
    "PermissionError",
    "RevisionOutOfSync",
    "RevisionUnavailable",
    "SystemUnavailable",
  ] as const)("tells %s as the code of the action's error, without outputs and variables", async (type) => {
    const { id: jobId } = await take(here.client, ORIGIN);
    const failureDetails = { type, message: "why", externalExecutionId: "7" };
    await here.client.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
    const { actionExecutionDetails: [row] = [] } = await here.client.send(
      new ListActionExecutionsCommand({ pipelineName: "app" }),
    );
    expect(row?.output).toEqual({
      outputArtifacts: [],
      outputVariables: {},
      executionResult: { externalExecutionId: "7", errorDetails: { code: type, message: "why" } },
    });
  });
});
