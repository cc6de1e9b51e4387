import type { DeleteWebhookInput, DeleteWebhookOutput } from "@aws-sdk/client-codepipeline";
import { removeAllTags } from "../../core/store/queries/tags.ts";
import { deleteWebhookRow } from "../../core/store/webhooks.ts";
import { operation } from "../aws-json/operation.ts";
import { webhookArn } from "./arn.ts";
import { onWebhook } from "./authorization.ts";
import type { Checked } from "./checked.ts";

/**
 * Removes a webhook with its tags; its URL answers 404 from then on. Its hook at the third party stays (S3.11).
 * Deleting what isn't there succeeds.
 *
 * @see api.md §17
 */
export const deleteWebhook = operation<Checked<DeleteWebhookInput>, DeleteWebhookOutput>("DeleteWebhook", {
  authorization: onWebhook(({ name }) => name),

  async handle({ name }, { core, scope }) {
    await core.store.transaction(async (tx) => {
      await deleteWebhookRow(tx, scope, name);
      await removeAllTags(tx, webhookArn(scope, name));
    });
    return {};
  },
});
