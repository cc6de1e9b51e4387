/**
 * The authorisation rules of CodePipeline (api.md §9.1, §9.2): an operation says what it is about, and these what a
 * caller must be allowed for it. Tags count as they are before the request, so that nobody tags himself in.
 */
import type { Tag } from "@aws-sdk/client-codepipeline";
import type { Tags } from "../../core/access/types.ts";
import type { ActionTypeId } from "../../core/engine/index.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import type { Authorization, OperationNeed } from "../aws-json/authorization.ts";
import type { Call } from "../aws-json/operation.ts";
import { actionArn, actionTypeArn, actionTypeSpellings, parseTaggable, stageArn, webhookArn } from "./arn.ts";
import type { Checked } from "./checked.ts";

export function onPipeline<Input>(nameOf: (input: Input) => string): Authorization<Input> {
  return (input, call) => [pipelineNeed(call, nameOf(input))];
}

export function onStage<Input extends { pipelineName: string; stageName: string }>(): Authorization<Input> {
  return ({ pipelineName, stageName }, call) => [
    { ...pipelineNeed(call, pipelineName), resource: stageArn(call.scope, pipelineName, stageName) },
  ];
}

export function onAction<
  Input extends { pipelineName: string; stageName: string; actionName: string },
>(): Authorization<Input> {
  return ({ pipelineName, stageName, actionName }, call) => [
    {
      ...pipelineNeed(call, pipelineName),
      resource: actionArn(call.scope, pipelineName, stageName, actionName),
    },
  ];
}

export function onActionType<Input>(typeOf: (input: Input) => ActionTypeId): Authorization<Input> {
  return (input, call) => [actionTypeNeed(call, typeOf(input))];
}

export function onWebhook<Input>(nameOf: (input: Input) => string): Authorization<Input> {
  return (input, call) => [webhookNeed(call, nameOf(input))];
}

/** All of them: ListWebhooks is matched with `webhook:*`. */
export const onWebhooks: Authorization<unknown> = (_, { scope }) => [{ resource: webhookArn(scope, "*") }];

/** Of the tag operations; an ARN of nothing here is refused in its own words to whoever may tag at all. */
export function onTagged<Input extends { resourceArn: string }>(
  asked: (input: Input) => Pick<OperationNeed, "requestTags" | "tagKeys"> = () => ({}),
): Authorization<Input> {
  return (input, call) => [{ ...taggedNeed(call, input.resourceArn), ...asked(input) }];
}

/** The pipeline itself; its tags count for its stages and actions, too. */
export function pipelineNeed(call: Pick<Call, "core" | "scope">, name: string): OperationNeed {
  return ofArn(call, pipelineArn(call.scope, name));
}

export function webhookNeed(call: Call, name: string): OperationNeed {
  return ofArn(call, webhookArn(call.scope, name));
}

export function actionTypeNeed(call: Call, type: ActionTypeId): OperationNeed {
  return {
    ...ofArn(call, actionTypeArn(call.scope, type)),
    spellings: () => actionTypeSpellings(call.scope, type),
  };
}

/**
 * What creating something with tags needs beside its own permission: that to tag it (§9.1).
 *
 * @param need what the creation itself needs
 * @returns both; without tags, the first alone
 */
export function withTags(need: OperationNeed, given: readonly Checked<Tag>[] | undefined): OperationNeed[] {
  const requestTags = requestTagsOf(given);
  const creation = { ...need, requestTags };
  if (given === undefined || given.length === 0) return [creation];
  return [creation, { ...creation, action: "codepipeline:TagResource" }];
}

/** What giving a role to CodePipeline needs. Roles of declarations are names only: their account needn't be here. */
export function passRole(roleArn: string): OperationNeed {
  return {
    action: "iam:PassRole",
    resource: roleArn,
    keys: { "iam:PassedToService": "codepipeline.amazonaws.com" },
    ofAnyAccount: true,
  };
}

export function requestTagsOf(given: readonly Checked<Tag>[] | undefined): Tags {
  return Object.fromEntries((given ?? []).map(({ key, value }) => [key, value]));
}

function taggedNeed(call: Call, resourceArn: string): OperationNeed {
  const resource = taggableOf(call, resourceArn);
  if (resource === undefined) return { resource: pipelineArn(call.scope, "*") };
  if (resource.kind !== "actionType") return ofArn(call, resource.arn);
  return actionTypeNeed(call, { owner: "Custom", ...resource.key });
}

function taggableOf({ scope }: Call, resourceArn: string) {
  try {
    return parseTaggable(scope, resourceArn);
  } catch {
    return undefined;
  }
}

function ofArn({ core }: Pick<Call, "core">, arn: string): OperationNeed {
  return { resource: arn, resourceTags: () => tagsByKey(core.store.read, arn) };
}
