import type { StartPipelineExecutionInput, StartPipelineExecutionOutput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { given } from "./given.ts";
import { startExecution } from "./start-execution.ts";
import { requirePipeline } from "./stored.ts";

/**
 * Starts the current version with the newest source revisions, or those given. A token seen before answers the first
 * execution's id and starts nothing; broken input is refused all the same.
 *
 * @throws PipelineNotFoundException, ValidationException, ConcurrentPipelineExecutionsLimitExceededException
 * @see api.md §11; semantics.md E1.6, E1.8, E4.1
 */
export const startPipelineExecution = operation<
  Checked<StartPipelineExecutionInput>,
  StartPipelineExecutionOutput
>("StartPipelineExecution", {
  authorization: onPipeline(({ name }) => name),

  async handle({ name, variables, sourceRevisions, clientRequestToken }, call) {
    const pipeline = await requirePipeline(call, name);
    const pipelineExecutionId = await startExecution(call, pipeline, {
      trigger: { type: "StartPipelineExecution", detail: call.caller.arn },
      ...given({ variables, sourceRevisions, clientRequestToken }),
    });
    return { pipelineExecutionId };
  },
});
