import type { RetryStageExecutionInput, RetryStageExecutionOutput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onStage } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { commanding } from "./refusals.ts";

/**
 * Runs the failed actions of a stage again, or all of them, in the same execution.
 *
 * @throws PipelineNotFoundException, StageNotFoundException, StageNotRetryableException,
 * NotLatestPipelineExecutionException, ConcurrentPipelineExecutionsLimitExceededException
 * @see api.md §11; semantics.md E7.1 to E7.7
 */
export const retryStageExecution = operation<Checked<RetryStageExecutionInput>, RetryStageExecutionOutput>(
  "RetryStageExecution",
  {
    authorization: onStage(),

    async handle({ pipelineName, stageName, pipelineExecutionId: executionId, retryMode }, call) {
      await commanding(call, pipelineName, () =>
        call.core.commands.run(call.scope, pipelineName, {
          type: "retryStage",
          executionId,
          stage: stageName,
          mode: retryMode,
        }),
      );
      return { pipelineExecutionId: executionId };
    },
  },
);
