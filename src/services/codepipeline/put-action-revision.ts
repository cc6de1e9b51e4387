import type { PutActionRevisionInput, PutActionRevisionOutput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onAction } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import type { Declaration } from "./declaration.ts";
import { validation } from "./errors.ts";
import { commanding } from "./refusals.ts";
import { requireDeclaration, requirePipeline } from "./stored.ts";

type Input = Checked<PutActionRevisionInput>;

/**
 * Tells of a new revision of a source action: an execution that is bound to it starts, unless the pipeline has used the
 * revision before. `newRevision` says whether one was started.
 *
 * @throws PipelineNotFoundException, StageNotFoundException, ActionNotFoundException, ValidationException for what isn't
 * a source, ConcurrentPipelineExecutionsLimitExceededException
 * @see api.md §13.2; semantics.md E13.4
 */
export const putActionRevision = operation<Input, PutActionRevisionOutput>("PutActionRevision", {
  authorization: onAction(),

  async handle(input, call) {
    const { pipelineName, stageName: stage, actionName: action, actionRevision } = input;
    const pipeline = await requirePipeline(call, pipelineName);
    checkSource(await requireDeclaration(call, pipeline), input);
    const { executionId, isNew } = await commanding(call, pipelineName, () =>
      call.core.commands.putRevision(call.scope, pipelineName, {
        trigger: { type: "PutActionRevision", detail: call.caller.arn },
        stage,
        action,
        revisionId: actionRevision.revisionId,
        changeId: actionRevision.revisionChangeId,
      }),
    );
    return { newRevision: isNew, pipelineExecutionId: executionId };
  },
});

/** Sources stand in the first stage only; what isn't there at all the command refuses. */
function checkSource({ stages }: Declaration, { stageName, actionName }: Input): void {
  const found = stages
    .find(({ name }) => name === stageName)
    ?.actions.find(({ name }) => name === actionName);
  if (found === undefined || found.actionTypeId.category === "Source") return;
  throw validation(
    `Action '${actionName}' in stage '${stageName}' is not a source action. Revisions can only be put for source actions.`,
  );
}
