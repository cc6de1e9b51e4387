import type { StartPipelineExecutionInput, StartPipelineExecutionOutput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { validation } from "./errors.ts";
import { commanding } from "./refusals.ts";
import { overriddenRevisions } from "./source-overrides.ts";
import { requireDeclaration, requirePipeline } from "./stored.ts";
import { firstRepeated } from "./structure/check.ts";

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

  async handle({ name, variables = [], sourceRevisions = [], clientRequestToken }, call) {
    const pipeline = await requirePipeline(call, name);
    const repeated = firstRepeated(variables, (variable) => variable.name);
    if (repeated !== undefined) {
      throw validation(
        `Variable names must be unique. The following variable name is already in use: ${repeated.name}`,
      );
    }
    const revisions =
      sourceRevisions.length === 0
        ? {}
        : overriddenRevisions(await requireDeclaration(call, pipeline), sourceRevisions);
    const { executionId } = await commanding(call, name, () =>
      call.core.commands.start(call.scope, name, {
        trigger: { type: "StartPipelineExecution", detail: call.caller.arn },
        variables: Object.fromEntries(variables.map((variable) => [variable.name, variable.value])),
        revisions,
        ...(clientRequestToken !== undefined && { clientRequestToken }),
      }),
    );
    return { pipelineExecutionId: executionId };
  },
});
