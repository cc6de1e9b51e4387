import type {
  ListDeployActionExecutionTargetsInput,
  ListDeployActionExecutionTargetsOutput,
} from "@aws-sdk/client-codepipeline";
import { findActionExecutionOf } from "../../core/store/queries/action-executions.ts";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { pipelineNotIncluded } from "./errors.ts";
import { pagesOf } from "./paging.ts";
import { historySince, requirePipeline } from "./stored.ts";

type Input = Checked<ListDeployActionExecutionTargetsInput>;

/**
 * The hosts that an action execution deploys to. No action type of this version deploys to hosts, so of every action
 * execution there are none.
 *
 * @throws PipelineNotFoundException, ActionExecutionNotFoundException, InvalidNextTokenException
 * @see api.md §11
 */
export const listDeployActionExecutionTargets = operation<Input, ListDeployActionExecutionTargetsOutput>(
  "ListDeployActionExecutionTargets",
  {
    // Without a pipeline's name the caller may mean any: then it takes the permission for all.
    authorization: onPipeline(({ pipelineName = "*" }) => pipelineName),

    async handle({ pipelineName, actionExecutionId, filters = [], nextToken }, call) {
      if (pipelineName !== undefined) await requirePipeline(call, pipelineName, pipelineNotIncluded);
      const row = await findActionExecutionOf(call.core.store.read, call.scope, actionExecutionId);
      const belongs = row !== undefined && (pipelineName ?? row.pipelineName) === row.pipelineName;
      if (!belongs || row.started < historySince(call)) {
        throw new AwsError(
          "ActionExecutionNotFoundException",
          `The account with AWS account ID '${call.scope.account}' does not include an action execution with ID '${actionExecutionId}'${pipelineName === undefined ? "" : ` in a pipeline named '${pipelineName}'`}`,
        );
      }
      pagesOf(call, "ListDeployActionExecutionTargets", [actionExecutionId, filters]).start(nextToken);
      return { targets: [] };
    },
  },
);
