import { openSecret } from "../sealed-secret.ts";
import type { WebhookRow } from "../store/tables/webhooks.ts";
import { findWebhookByUrl, forgetDeliveries, setWebhookError } from "../store/webhooks.ts";
import { deliverCommand } from "./deliver.ts";
import type { Room } from "./room.ts";
import type { Webhook, WebhookAuthentication, WebhookFilter, Webhooks } from "./types.ts";
import { hashOf } from "./url.ts";

export interface WebhooksOptions extends Room {
  /** Days for which a delivery that started something is known (S1.33). */
  readonly replayDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LOOK_AGAIN_MS = 60 * 60 * 1000;
/** Rows at a time: others' transactions go between. */
const CHUNK = 500;

export function createWebhooks({ replayDays, ...room }: WebhooksOptions): Webhooks {
  const { store, ambient } = room;
  return {
    async find(urlId) {
      const row = await findWebhookByUrl(store.read, hashOf(urlId));
      return row && opened(room, row);
    },

    deliver: deliverCommand(room),

    async setError({ id, error: known }, error) {
      // Once for a cause: who is refused again and again makes nothing be written.
      if (known?.code === error?.code && known?.message === error?.message) return;
      await store.transaction((tx) => setWebhookError(tx, id, error ?? null));
    },

    async forgetDeliveries() {
      const before = ambient.now() - replayDays * DAY_MS;
      let forgotten = CHUNK;
      while (forgotten === CHUNK) {
        forgotten = await store.transaction((tx) => forgetDeliveries(tx, before, CHUNK));
      }
      return ambient.now() + LOOK_AGAIN_MS;
    },
  };
}

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
