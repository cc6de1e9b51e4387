import type { PutWebhookInput, PutWebhookOutput } from "@aws-sdk/client-codepipeline";
import { mergeTags, tagsOf } from "../../core/store/queries/tags.ts";
import type { Tx } from "../../core/store/store.ts";
import type { WebhookRow } from "../../core/store/tables/webhooks.ts";
import { changeWebhook, countWebhooks, insertWebhook, takeWebhook } from "../../core/store/webhooks.ts";
import { newUrl } from "../../core/webhooks/index.ts";
import { AwsError } from "../aws-json/error.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import { webhookArn } from "./arn.ts";
import { pipelineNeed, webhookNeed, withTags } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { checkMerged, checkTags, tagList } from "./tags.ts";
import { shownWebhook } from "./webhook.ts";
import { checkAuthentication, checkFilters, definitionColumns, requireTarget } from "./webhook-definition.ts";

type Input = Checked<PutWebhookInput>;

/**
 * Makes a webhook, or replaces what the one of that name is: its URL, its tags and its last start stay.
 *
 * @throws PipelineNotFoundException, ValidationException, InvalidWebhookAuthenticationParametersException,
 * InvalidWebhookFilterPatternException, LimitExceededException, InvalidTagsException, TooManyTagsException
 * @see api.md §17
 */
export const putWebhook = operation<Input, PutWebhookOutput>("PutWebhook", {
  authorization: ({ webhook, tags }, call) => [
    ...withTags(webhookNeed(call, webhook.name), tags),
    pipelineNeed(call, webhook.targetPipeline),
  ],

  async handle({ webhook, tags: given }, call) {
    const { core, scope } = call;
    const action = await requireTarget(call, webhook);
    checkAuthentication(webhook);
    checkFilters(webhook, action, call);
    const tags = checkTags(given);
    return core.store.transaction(async (tx) => {
      const row = await put(tx, webhook, call);
      const arn = webhookArn(scope, webhook.name);
      checkMerged(await tagsOf(tx, arn), tags);
      await mergeTags(tx, arn, tags);
      return { webhook: shownWebhook(row, tagList(await tagsOf(tx, arn)), call) };
    });
  },
});

async function put(tx: Tx, webhook: Input["webhook"], call: Call): Promise<WebhookRow> {
  const { core, scope } = call;
  const stored = await takeWebhook(tx, scope, webhook.name);
  const definition = definitionColumns(webhook, stored, call);
  if (stored !== undefined) {
    await changeWebhook(tx, stored.id, definition);
    return { ...stored, ...definition, error_code: null, error_message: null };
  }
  const count = await countWebhooks(tx, scope);
  if (count >= core.settings.quotas.webhooks) {
    throw new AwsError(
      "LimitExceededException",
      `The account has ${count} webhooks in this region, the most that are allowed. Delete one that is no longer used.`,
    );
  }
  const row: WebhookRow = {
    id: core.ambient.newId(),
    ...scope,
    name: webhook.name,
    ...newUrl(core.ambient, core.access),
    ...definition,
    error_code: null,
    error_message: null,
    last_triggered: null,
    registration: null,
  };
  // Somebody made the name meanwhile: this call replaces what it is.
  return (await insertWebhook(tx, row)) ? row : put(tx, webhook, call);
}
