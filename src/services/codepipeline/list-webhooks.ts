import type { ListWebhooksInput, ListWebhooksOutput } from "@aws-sdk/client-codepipeline";
import { tagsOf } from "../../core/store/queries/tags.ts";
import { listWebhookRows } from "../../core/store/webhooks.ts";
import { operation } from "../aws-json/operation.ts";
import { webhookArn } from "./arn.ts";
import { onWebhooks } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { pagesOf } from "./paging.ts";
import { tagList } from "./tags.ts";
import { shownWebhook } from "./webhook.ts";

const PAGE = 100;

/**
 * All webhooks of the account and region, by name.
 *
 * @throws InvalidNextTokenException
 * @see api.md §3, §17
 */
export const listWebhooks = operation<Checked<ListWebhooksInput>, ListWebhooksOutput>("ListWebhooks", {
  authorization: onWebhooks,

  async handle({ NextToken, MaxResults = PAGE }, call) {
    const { core, scope } = call;
    const pages = pagesOf<[name: string]>(call, "ListWebhooks");
    const [after = ""] = pages.start(NextToken) ?? [];
    const found = await listWebhookRows(core.store.read, scope, after, MaxResults + 1);
    const { rows, nextToken } = pages.cut(found, MaxResults, ({ name }) => [name]);
    const webhooks = await Promise.all(
      rows.map(async (row) => {
        const tags = await tagsOf(core.store.read, webhookArn(scope, row.name));
        return shownWebhook(row, tagList(tags), call);
      }),
    );
    return { webhooks, ...(nextToken && { NextToken: nextToken }) };
  },
});
