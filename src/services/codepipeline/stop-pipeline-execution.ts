import type { StopPipelineExecutionInput, StopPipelineExecutionOutput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { commanding } from "./refusals.ts";

/**
 * Stops an execution once its running actions have ended, or abandons them.
 *
 * @throws PipelineNotFoundException, PipelineExecutionNotStoppableException, DuplicatedStopRequestException
 * @see api.md §11; semantics.md E6
 */
export const stopPipelineExecution = operation<
  Checked<StopPipelineExecutionInput>,
  StopPipelineExecutionOutput
>("StopPipelineExecution", {
  authorization: onPipeline(({ pipelineName }) => pipelineName),

  async handle({ pipelineName, pipelineExecutionId: executionId, abandon = false, reason }, call) {
    await commanding(call, pipelineName, () =>
      call.core.commands.run(call.scope, pipelineName, {
        type: "stop",
        executionId,
        abandon,
        ...(reason !== undefined && { reason }),
      }),
    );
    return { pipelineExecutionId: executionId };
  },
});
