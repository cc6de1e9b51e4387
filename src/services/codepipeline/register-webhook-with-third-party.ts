import type {
  RegisterWebhookWithThirdPartyInput,
  RegisterWebhookWithThirdPartyOutput,
} from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onWebhook } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { registering } from "./registering.ts";

/**
 * Makes the hook at GitHub for the target action's repository, or brings its URL and secret up to date.
 *
 * @throws WebhookNotFoundException, ValidationException with GitHub's reason, which the webhook keeps
 * @see api.md §17, sources.md S3
 */
export const registerWebhookWithThirdParty = operation<
  Checked<RegisterWebhookWithThirdPartyInput>,
  RegisterWebhookWithThirdPartyOutput
>("RegisterWebhookWithThirdParty", {
  authorization: onWebhook(({ webhookName }) => webhookName ?? "*"),

  async handle({ webhookName }, { core, scope }) {
    await registering(webhookName, (name) => core.webhooks.register(scope, name));
    return {};
  },
});
