import type {
  DeregisterWebhookWithThirdPartyInput,
  DeregisterWebhookWithThirdPartyOutput,
} from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onWebhook } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { registering } from "./registering.ts";

/**
 * Removes the hook at GitHub; none there is fine.
 *
 * @throws WebhookNotFoundException, ValidationException with GitHub's reason, which the webhook keeps
 * @see api.md §17, sources.md S3.7
 */
export const deregisterWebhookWithThirdParty = operation<
  Checked<DeregisterWebhookWithThirdPartyInput>,
  DeregisterWebhookWithThirdPartyOutput
>("DeregisterWebhookWithThirdParty", {
  authorization: onWebhook(({ webhookName }) => webhookName ?? "*"),

  async handle({ webhookName }, { core, scope }) {
    await registering(webhookName, (name) => core.webhooks.deregister(scope, name));
    return {};
  },
});
