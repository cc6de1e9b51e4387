import type { RollbackStageInput, RollbackStageOutput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onStage } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { validation } from "./errors.ts";
import { commanding } from "./refusals.ts";
import { requireDeclaration, requirePipeline } from "./stored.ts";

/**
 * Runs a stage again, in an execution of its own, with what an earlier execution had brought there.
 *
 * @throws PipelineNotFoundException, ValidationException, StageNotFoundException, PipelineExecutionNotFoundException,
 * PipelineExecutionOutdatedException, UnableToRollbackStageException
 * @see api.md §11; semantics.md E8
 */
export const rollbackStage = operation<Checked<RollbackStageInput>, RollbackStageOutput>("RollbackStage", {
  authorization: onStage(),

  async handle({ pipelineName, stageName, targetPipelineExecutionId: targetId }, call) {
    const pipeline = await requirePipeline(call, pipelineName);
    const { pipelineType } = await requireDeclaration(call, pipeline);
    if (pipelineType === "V1") {
      throw validation(
        `Pipeline '${pipelineName}' is of type V1, whose stages can't be rolled back. Update it to type V2.`,
      );
    }
    const { executionId } = await commanding(call, pipelineName, () =>
      call.core.commands.run(call.scope, pipelineName, {
        type: "rollbackStage",
        stage: stageName,
        targetId,
        trigger: { type: "ManualRollback", detail: JSON.stringify({ AwsUserArn: call.caller.arn }) },
      }),
    );
    if (executionId === undefined) throw new Error("a rollback answered no execution");
    return { pipelineExecutionId: executionId };
  },
});
