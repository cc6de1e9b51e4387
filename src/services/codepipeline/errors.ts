/** Errors that several operations answer, in AWS's words (api.md, "Texts used by many"). */
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";

/** @param message one sentence or more, naming what was given and what is allowed */
export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function pipelineNotFound(call: Pick<Call, "scope">, pipeline: string): AwsError {
  return new AwsError(
    "PipelineNotFoundException",
    `Account '${call.scope.account}' does not have a pipeline with name '${pipeline}'`,
  );
}

/** As ListActionExecutions and the newer lists say it. */
export function pipelineNotIncluded(call: Call, pipeline: string): AwsError {
  return new AwsError(
    "PipelineNotFoundException",
    `The account with AWS account ID '${call.scope.account}' does not include a pipeline named '${pipeline}'`,
  );
}

/** As UpdatePipeline and the tag operations say it (§7, §10). */
export function resourceNotFound(account: string, kind: string, name: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `The account with id '${account}' does not include a ${kind} with the name '${name}'`,
  );
}

export function executionNotFound(call: Call, pipeline: string, executionId: string): AwsError {
  return new AwsError(
    "PipelineExecutionNotFoundException",
    `Account '${call.scope.account}' does not have an execution with id '${executionId}' for pipeline '${pipeline}'`,
  );
}

export function jobNotFound(jobId: string): AwsError {
  return new AwsError("JobNotFoundException", `Job with id '${jobId}' does not exist`);
}

/** @param what it is not, for the caller */
export function actionTypeNotFound(
  type: { category: string; owner: string; provider: string; version: string },
  what = "an action type that this account's job workers can poll for",
): AwsError {
  return new AwsError(
    "ActionTypeNotFoundException",
    `ActionType (Category: '${type.category}', Provider: '${type.provider}', Owner: '${type.owner}', Version: '${type.version}') is not ${what}.`,
  );
}
