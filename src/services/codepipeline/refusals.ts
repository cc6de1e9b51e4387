/** What core/ refuses, in AWS's words (api.md §11 to §15). */
import { PipelineMissingError, RefusedError } from "../../core/commands/types.ts";
import type { Refusal } from "../../core/engine/index.ts";
import { JobError } from "../../core/jobs/types.ts";
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { jobNotFound, pipelineNotFound } from "./errors.ts";

/**
 * Runs a command on a pipeline; what core/ refuses becomes what AWS would say.
 *
 * @param missing the words for a pipeline that isn't there
 */
export async function commanding<T, C extends Pick<Call, "scope">>(
  call: C,
  pipeline: string,
  work: () => Promise<T>,
  missing: (call: C, pipeline: string) => AwsError = pipelineNotFound,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineMissingError) throw missing(call, pipeline);
    if (error instanceof RefusedError) throw refused(pipeline, error.refusal);
    throw error;
  }
}

/** Works on a job; what core/ refuses becomes what AWS would say. */
export async function workingOn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JobError) throw jobRefused(error);
    throw error;
  }
}

function refused(pipeline: string, refusal: Refusal): AwsError {
  switch (refusal.code) {
    case "StageNotFound":
      return new AwsError(
        "StageNotFoundException",
        `Pipeline '${pipeline}' does not have a stage with name '${refusal.stage}'`,
      );
    case "ActionNotFound":
      return new AwsError(
        "ActionNotFoundException",
        `Stage '${refusal.stage}' of pipeline '${pipeline}' does not have an action with name '${refusal.action}'`,
      );
    case "PipelineExecutionNotStoppable":
      return new AwsError(
        "PipelineExecutionNotStoppableException",
        `The pipeline execution with ID '${refusal.executionId}' in '${pipeline}' can't be stopped now. Either it does not exist in the pipeline, or the pipeline execution has no action executions in progress.`,
      );
    case "DuplicatedStopRequest":
      return new AwsError(
        "DuplicatedStopRequestException",
        `The execution with ID ${refusal.executionId} in ${pipeline} is already in a stopping state. If you already chose to stop and wait, you cannot make that request again. You can choose to stop and abandon now, but be aware that this option can lead to failed actions. If you already chose to stop and abandon, you cannot make that request again.`,
      );
    case "StageNotRetryable":
      return new AwsError(
        "StageNotRetryableException",
        `The stage named ${refusal.stage} in the ${pipeline} pipeline can't be retried now. Either it contains no failed actions, the execution '${refusal.executionId}' is already superseded, or the pipeline definition has changed since the action(s) failed.`,
      );
    case "NotLatestPipelineExecution":
      return new AwsError(
        "NotLatestPipelineExecutionException",
        `The execution '${refusal.executionId}' is not the latest one in stage '${refusal.stage}' of pipeline '${pipeline}': a later execution has entered the stage.`,
      );
    case "ConcurrentExecutionsLimitExceeded":
      return new AwsError(
        "ConcurrentPipelineExecutionsLimitExceededException",
        `Pipeline '${pipeline}' has ${refusal.limit} executions in progress, the most that may run at once. Wait until one of them has ended, or stop one.`,
      );
    case "PipelineExecutionNotFound":
      return new AwsError(
        "PipelineExecutionNotFoundException",
        `Target Pipeline Execution with id '${refusal.executionId}' does not exist in pipeline with name '${pipeline}'`,
      );
    case "PipelineExecutionOutdated":
      return new AwsError(
        "PipelineExecutionOutdatedException",
        `Target Pipeline Execution with id '${refusal.executionId}' ran version ${refusal.version} of pipeline '${pipeline}', which was updated since. Roll back to an execution of the current version.`,
      );
    case "UnableToRollbackStage":
      return new AwsError("UnableToRollbackStageException", rollbackText(pipeline, refusal));
    case "ConditionNotOverridable":
      return new AwsError(
        "ConditionNotOverridableException",
        `The ${refusal.condition} condition of stage '${refusal.stage}' in pipeline '${pipeline}' can't be overridden for execution '${refusal.executionId}'. A condition can be overridden while it is in progress, or when it has failed the stage; one with the result SKIP can't.`,
      );
    case "InvalidApprovalToken":
      return new AwsError("InvalidApprovalTokenException", approvalText(pipeline, refusal));
    case "ApprovalAlreadyCompleted":
      return new AwsError(
        "ApprovalAlreadyCompletedException",
        `The approval of action '${refusal.action}' in stage '${refusal.stage}' has already been approved or rejected.`,
      );
    case "JobNotOpen":
      return new AwsError("InvalidJobStateException", `Job with id ${refusal.jobId} has already terminated`);
  }
}

function rollbackText(
  pipeline: string,
  { stage, executionId, because }: Extract<Refusal, { code: "UnableToRollbackStage" }>,
): string {
  return because === "notSucceeded"
    ? `Target Pipeline Execution with id '${executionId}' has not completed in stage with name '${stage}'`
    : `Stage '${stage}' in pipeline '${pipeline}' is in use by execution '${executionId}'. Roll back when it has ended, or stop it first.`;
}

function approvalText(pipeline: string, refusal: Extract<Refusal, { code: "InvalidApprovalToken" }>): string {
  const { stage, action } = refusal;
  switch (refusal.because) {
    case "unknown":
      return `The approval token is not valid for action '${action}' in stage '${stage}'.`;
    case "closed":
      return `The approval of action '${action}' in stage '${stage}' is no longer open.`;
    case "updated":
      return `The pipeline ${pipeline} has been updated, and the approval request you responded to is now out of date.`;
    case "summaryRequired":
      return `Action '${action}' in stage '${stage}' requires a summary. Provide a summary in the approval result and try again.`;
  }
}

function jobRefused({ code, jobId }: JobError): AwsError {
  switch (code) {
    case "JobNotFound":
      return jobNotFound(jobId);
    case "InvalidNonce":
      return new AwsError(
        "InvalidNonceException",
        `The nonce given for job '${jobId}' is not valid: the job was handed out again, or to another worker.`,
      );
    case "AlreadyTerminated":
      return new AwsError("InvalidJobStateException", `Job with id ${jobId} has already terminated`);
    case "OtherResult":
      return new AwsError(
        "InvalidJobStateException",
        `The status of job with id ${jobId} is already set to the desired value. It cannot be updated with the same status, but different result or output variables.`,
      );
    case "OutputVariablesSizeExceeded":
      return new AwsError(
        "OutputVariablesSizeExceededException",
        `The output variables given for job '${jobId}' are larger than 122880 bytes, keys and values together. Give fewer or shorter ones.`,
      );
    case "NeverHandedOut":
      return new AwsError(
        "InvalidJobStateException",
        `Job with id ${jobId} is in no worker's hands yet. Poll for it and acknowledge it first.`,
      );
  }
}
