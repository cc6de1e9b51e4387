import type { PutApprovalResultInput, PutApprovalResultOutput } from "@aws-sdk/client-codepipeline";
import { findActionExecution } from "../../core/store/queries/action-executions.ts";
import { operation } from "../aws-json/operation.ts";
import { onAction } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { commanding } from "./refusals.ts";
import { requirePipeline } from "./stored.ts";

/**
 * Answers the waiting approval that the token belongs to. Of two answers one wins.
 *
 * @throws PipelineNotFoundException, StageNotFoundException, ActionNotFoundException, InvalidApprovalTokenException,
 * ApprovalAlreadyCompletedException
 * @see api.md §13.1; semantics.md E5.2
 */
export const putApprovalResult = operation<Checked<PutApprovalResultInput>, PutApprovalResultOutput>(
  "PutApprovalResult",
  {
    authorization: onAction(),

    async handle({ pipelineName, stageName, actionName, result, token }, call) {
      const pipeline = await requirePipeline(call, pipelineName);
      // A token is the id of the approval's action execution (E5.1).
      const asked = await findActionExecution(call.core.store.read, pipeline.id, token);
      await commanding(call, pipelineName, () =>
        call.core.commands.run(call.scope, pipelineName, {
          type: "answerApproval",
          stage: stageName,
          action: actionName,
          token,
          ...(asked !== undefined && { executionId: asked.execution_id }),
          status: result.status,
          summary: result.summary,
          by: call.caller.arn,
        }),
      );
      return { approvedAt: new Date(call.now) };
    },
  },
);
