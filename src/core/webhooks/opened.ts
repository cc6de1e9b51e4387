import { openSecret } from "../sealed-secret.ts";
import type { WebhookRow } from "../store/tables/webhooks.ts";
import type { Room } from "./room.ts";
import type { Webhook, WebhookAuthentication, WebhookFilter } from "./types.ts";

/** A webhook as its receiver sees it. */
export function opened({ access }: Pick<Room, "access">, row: WebhookRow): Webhook {
  const { id, account, region, name, pipeline, action, error_code: code, error_message: message } = row;
  return {
    id,
    scope: { account, region },
    name,
    pipeline,
    action,
    authentication: authenticationOf(access, row),
    filters: JSON.parse(row.filters) as WebhookFilter[],
    ...(code !== null && message !== null && { error: { code, message } }),
  };
}

function authenticationOf(access: Room["access"], row: WebhookRow): WebhookAuthentication {
  const { name, authentication, secret, allowed_range: allowedRange } = row;
  if (authentication === "UNAUTHENTICATED") return { type: authentication };
  if (authentication === "IP" && allowedRange !== null) return { type: authentication, allowedRange };
  const opened = secret === null ? undefined : openSecret(access, secret);
  if (authentication === "GITHUB_HMAC" && opened !== undefined)
    return { type: authentication, secret: opened };
  throw new Error(`the authentication of webhook ${name} can't be read: it was sealed with another key`);
}
