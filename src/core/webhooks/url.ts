/** A webhook's URL, which is a secret: its last segment is sealed at rest and found by its hash (S1.1). */
import { createHash } from "node:crypto";
import type { Access } from "../access/types.ts";
import type { Ambient } from "../scope.ts";
import type { WebhookRow } from "../store/tables/webhooks.ts";

const BYTES = 32;
const CONTEXT = "webhook-url";

/** A new URL's columns. */
export function newUrl(
  ambient: Pick<Ambient, "randomBytes">,
  access: Pick<Access, "seal">,
): Pick<WebhookRow, "url_hash" | "url_sealed"> {
  const id = Buffer.from(ambient.randomBytes(BYTES)).toString("base64url");
  return { url_hash: hashOf(id), url_sealed: access.seal(id, CONTEXT) };
}

export function hashOf(urlId: string): string {
  return createHash("sha256").update(urlId).digest("hex");
}

/** Whether it was sealed with this server's key. */
export function canOpenUrl(
  { url_sealed }: Pick<WebhookRow, "url_sealed">,
  access: Pick<Access, "unseal">,
): boolean {
  return access.unseal(url_sealed, CONTEXT) !== undefined;
}

/** @param publicUrl without a trailing slash */
export function webhookUrl(
  { url_sealed, name }: Pick<WebhookRow, "url_sealed" | "name">,
  access: Pick<Access, "unseal">,
  publicUrl: string,
): string {
  const id = access.unseal(url_sealed, CONTEXT);
  if (id === undefined)
    throw new Error(`the URL of webhook ${name} was sealed with another key than this server's`);
  return `${publicUrl}/webhooks/${id}`;
}
