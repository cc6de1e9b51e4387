import type { CreateCustomActionTypeInput, Tag, WebhookDefinition } from "@aws-sdk/client-codepipeline";
import { findPipeline } from "../../core/store/queries/pipelines.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import { pipelineNeed, webhookNeed } from "../codepipeline/authorization.ts";
import type { Checked } from "../codepipeline/checked.ts";
import { customActionType } from "../codepipeline/custom-action-type.ts";
import type { Action, GivenDeclaration } from "../codepipeline/declaration.ts";
import { drafting } from "../codepipeline/new-version.ts";
import { requireDeclaration } from "../codepipeline/stored.ts";
import { checkTags } from "../codepipeline/tags.ts";
import {
  checkAuthentication,
  checkFilters,
  requireTarget,
  targetIn,
} from "../codepipeline/webhook-definition.ts";

interface Input {
  readonly webhook: Checked<WebhookDefinition>;
  readonly tags?: readonly Checked<Tag>[];
  /** The target as it will be, where the caller is about to make or change it. */
  readonly plannedPipeline?: GivenDeclaration;
  readonly plannedActionTypes?: readonly Checked<CreateCustomActionTypeInput>[];
}

/**
 * Judges a webhook as PutWebhook would; nothing is kept.
 *
 * @throws PipelineNotFoundException, ValidationException, InvalidWebhookAuthenticationParametersException,
 * InvalidWebhookFilterPatternException, InvalidTagsException, TooManyTagsException
 */
export const checkWebhook = operation<Input, object>("CheckWebhook", {
  authorization: ({ webhook, plannedPipeline }, call) => [
    webhookNeed(call, webhook.name),
    pipelineNeed(call, webhook.targetPipeline),
    // What is planned is compared with what is there: it tells something of the other.
    ...(plannedPipeline === undefined ? [] : [pipelineNeed(call, plannedPipeline.name)]),
  ],

  async handle(input, call) {
    checkTags(input.tags);
    checkAuthentication(input.webhook);
    checkFilters(input.webhook, await targetOf(input, call), call);
    return {};
  },
});

async function targetOf(
  { webhook, plannedPipeline, plannedActionTypes = [] }: Input,
  call: Call,
): Promise<Action> {
  if (plannedPipeline === undefined) return requireTarget(call, webhook);
  const present = await findPipeline(call.core.store.read, call.scope, plannedPipeline.name);
  const stored = present && (await requireDeclaration(call, present));
  const draft = await drafting(call, plannedActionTypes.map(customActionType));
  return targetIn(draft(plannedPipeline, stored).declaration, webhook);
}
