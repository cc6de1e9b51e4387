import type { EnableStageTransitionInput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onStage } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { commanding } from "./refusals.ts";

/**
 * Lets executions flow into a stage (Inbound) or out of it (Outbound) again, the one that waits there first.
 *
 * @throws PipelineNotFoundException, StageNotFoundException
 * @see api.md §12; semantics.md E2.7
 */
export const enableStageTransition = operation<Checked<EnableStageTransitionInput>, void>(
  "EnableStageTransition",
  {
    authorization: onStage(),

    async handle({ pipelineName, stageName, transitionType }, call) {
      await commanding(call, pipelineName, () =>
        call.core.commands.run(call.scope, pipelineName, {
          type: "setTransition",
          stage: stageName,
          direction: transitionType,
          enabled: true,
          by: call.caller.arn,
        }),
      );
    },
  },
);
