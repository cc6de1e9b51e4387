import type { PutJobSuccessResultInput } from "@aws-sdk/client-codepipeline";
import type { SuccessReport } from "../../core/jobs/types.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { validation } from "./errors.ts";
import { jobScope } from "./job-access.ts";
import { workingOn } from "./refusals.ts";

type Input = Checked<PutJobSuccessResultInput>;

/**
 * Ends a job with success: its action has succeeded, or, with a continuation token, goes on with a new job.
 *
 * @throws JobNotFoundException, InvalidJobStateException, OutputVariablesSizeExceededException, ValidationException
 * @see api.md §15; semantics.md E3.11 to E3.14
 */
export const putJobSuccessResult = operation<Input, void>("PutJobSuccessResult", {
  resources: () => ["*"],

  async handle(input, call) {
    const { jobId, continuationToken, outputVariables = {} } = input;
    if (continuationToken !== undefined && Object.keys(outputVariables).length > 0) {
      throw validation("A job can not contain both a continuation token and output variables.");
    }
    const scope = await jobScope(call, jobId);
    await workingOn(() => call.core.jobs.succeed(scope, jobId, report(input)));
  },
});

function report({
  executionDetails,
  currentRevision,
  continuationToken,
  outputVariables,
}: Input): SuccessReport {
  return {
    ...executionDetails,
    ...(currentRevision && { currentRevision: revisionOf(currentRevision) }),
    ...(continuationToken !== undefined && { continuationToken }),
    ...(outputVariables && { outputVariables }),
  };
}

function revisionOf({ created, ...revision }: NonNullable<Input["currentRevision"]>) {
  return { ...revision, ...(created && { created: created.getTime() }) };
}
