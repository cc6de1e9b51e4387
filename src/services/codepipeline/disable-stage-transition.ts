import type { DisableStageTransitionInput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onStage } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { commanding } from "./refusals.ts";

/**
 * Holds executions back before a stage (Inbound) or after it (Outbound), until it is enabled again. What runs goes
 * on; disabling again replaces reason, author and time.
 *
 * @throws PipelineNotFoundException, StageNotFoundException
 * @see api.md §12; semantics.md E2.8, E2.9
 */
export const disableStageTransition = operation<Checked<DisableStageTransitionInput>, void>(
  "DisableStageTransition",
  {
    authorization: onStage(),

    async handle({ pipelineName, stageName, transitionType, reason }, call) {
      await commanding(call, pipelineName, () =>
        call.core.commands.run(call.scope, pipelineName, {
          type: "setTransition",
          stage: stageName,
          direction: transitionType,
          enabled: false,
          reason,
          by: call.caller.arn,
        }),
      );
    },
  },
);
