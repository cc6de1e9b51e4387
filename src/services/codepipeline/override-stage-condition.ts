import type { OverrideStageConditionInput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onStage } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { commanding } from "./refusals.ts";

/**
 * Lets an execution pass the entry or success condition that is evaluated now, or that failed its stage.
 *
 * @throws PipelineNotFoundException, StageNotFoundException, ConditionNotOverridableException,
 * NotLatestPipelineExecutionException, ConcurrentPipelineExecutionsLimitExceededException
 * @see api.md §11; semantics.md E9.12, E9.13
 */
export const overrideStageCondition = operation<Checked<OverrideStageConditionInput>, undefined>(
  "OverrideStageCondition",
  {
    authorization: onStage(),

    async handle({ pipelineName, stageName, pipelineExecutionId, conditionType }, call) {
      await commanding(call, pipelineName, () =>
        call.core.commands.run(call.scope, pipelineName, {
          type: "overrideCondition",
          executionId: pipelineExecutionId,
          stage: stageName,
          condition: conditionType,
        }),
      );
      return undefined;
    },
  },
);
