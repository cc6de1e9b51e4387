/** A webhook as its operations answer it (api.md §17). */
import type {
  ListWebhookItem,
  Tag,
  WebhookAuthenticationType,
  WebhookFilterRule,
} from "@aws-sdk/client-codepipeline";
import type { WebhookRow } from "../../core/store/tables/webhooks.ts";
import { webhookUrl } from "../../core/webhooks/index.ts";
import type { Call } from "../aws-json/operation.ts";
import { webhookArn } from "./arn.ts";

/** Its secret is shown as `****`, its authenticationConfiguration always: clients look into it unasked (§19). */
export function shownWebhook(row: WebhookRow, tags: readonly Tag[], { core, scope }: Call): ListWebhookItem {
  const { name, pipeline, action, authentication } = row;
  return {
    definition: {
      name,
      targetPipeline: pipeline,
      targetAction: action,
      filters: JSON.parse(row.filters) as WebhookFilterRule[],
      authentication: authentication as WebhookAuthenticationType,
      authenticationConfiguration: {
        ...(row.allowed_range !== null && { AllowedIPRange: row.allowed_range }),
        ...(row.secret !== null && { SecretToken: "****" }),
      },
    },
    url: webhookUrl(row, core.access, core.settings.publicUrl()),
    arn: webhookArn(scope, name),
    ...(row.error_code !== null && { errorCode: row.error_code }),
    ...(row.error_message !== null && { errorMessage: row.error_message }),
    ...(row.last_triggered !== null && { lastTriggered: new Date(row.last_triggered) }),
    ...(tags.length > 0 && { tags: [...tags] }),
  };
}
