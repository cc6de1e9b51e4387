/** Webhooks by name and by URL, and which of their deliveries started something. */
import type { Scope } from "../scope.ts";
import { holding } from "./row-lock.ts";
import { changing, single, statement } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { WebhookDeliveryRow, WebhookRow } from "./tables/webhooks.ts";

export async function findWebhook(db: Reader, scope: Scope, name: string): Promise<WebhookRow | undefined> {
  return named(db, scope, name).executeTakeFirst();
}

/** Takes a webhook for this transaction: changes of it come one after the other. */
export async function takeWebhook(tx: Tx, scope: Scope, name: string): Promise<WebhookRow | undefined> {
  return holding(tx, named(tx, scope, name)).executeTakeFirst();
}

function named(db: Reader, { account, region }: Scope, name: string) {
  return db
    .selectFrom("webhook")
    .selectAll()
    .where("account", "=", account)
    .where("region", "=", region)
    .where("name", "=", name);
}

const selectByUrl = single<{ hash: string }, WebhookRow>((db, given) =>
  db.selectFrom("webhook").selectAll().where("url_hash", "=", given.hash),
);

/** @param hash SHA-256 of the id in the URL, in hex */
export async function findWebhookByUrl(db: Reader, hash: string): Promise<WebhookRow | undefined> {
  return selectByUrl(db, { hash });
}

/** Up to `limit` webhooks of the scope that come after a name, in its bytes' order. */
export async function listWebhookRows(
  db: Reader,
  { account, region }: Scope,
  after: string,
  limit: number,
): Promise<WebhookRow[]> {
  return db
    .selectFrom("webhook")
    .selectAll()
    .where("account", "=", account)
    .where("region", "=", region)
    .where("name", ">", after)
    .orderBy("name")
    .limit(limit)
    .execute();
}

export async function countWebhooks(db: Reader, { account, region }: Scope): Promise<number> {
  const row = await db
    .selectFrom("webhook")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("account", "=", account)
    .where("region", "=", region)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** @returns false when somebody made the name meanwhile */
export async function insertWebhook(tx: Tx, row: WebhookRow): Promise<boolean> {
  const result = await tx
    .insertInto("webhook")
    .values(row)
    .onConflict((conflict) => conflict.columns(["account", "region", "name"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export type WebhookDefinitionColumns = Pick<
  WebhookRow,
  "pipeline" | "action" | "authentication" | "secret" | "allowed_range" | "filters"
>;

/** Replaces what the webhook is; its URL, registration and last start stay, its error goes. */
export async function changeWebhook(tx: Tx, id: string, definition: WebhookDefinitionColumns): Promise<void> {
  await tx
    .updateTable("webhook")
    .set({ ...definition, error_code: null, error_message: null })
    .where("id", "=", id)
    .execute();
}

/** @returns whether there was one */
export async function deleteWebhookRow(tx: Tx, { account, region }: Scope, name: string): Promise<boolean> {
  const result = await tx
    .deleteFrom("webhook")
    .where("account", "=", account)
    .where("region", "=", region)
    .where("name", "=", name)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** What went wrong last, or null for both: nothing did. */
export async function setWebhookError(
  tx: Tx,
  id: string,
  error: { code: string; message: string } | null,
): Promise<void> {
  await tx
    .updateTable("webhook")
    .set({ error_code: error?.code ?? null, error_message: error?.message ?? null })
    .where("id", "=", id)
    .execute();
}

/** Where it is registered, as JSON, or null; success clears the error. */
export async function setRegistration(tx: Tx, id: string, registration: string | null): Promise<void> {
  await tx
    .updateTable("webhook")
    .set({ registration, error_code: null, error_message: null })
    .where("id", "=", id)
    .execute();
}

const triggered = changing<{ id: string; at: number }>((db, given) =>
  db
    .updateTable("webhook")
    .set({ last_triggered: given.at, error_code: null, error_message: null })
    .where("id", "=", given.id),
);

/** It started something: that is remembered, and errors are over. @returns false when it was deleted meanwhile */
export async function setTriggered(tx: Tx, id: string, at: number): Promise<boolean> {
  return (await triggered(tx, { id, at })) === 1;
}

type Identity = Pick<WebhookDeliveryRow, "webhook_id" | "delivery_key" | "digest">;

const selectDelivery = statement<Identity, Pick<WebhookDeliveryRow, "execution_id">>((db, given) =>
  db
    .selectFrom("webhook_delivery")
    .select("execution_id")
    .where("webhook_id", "=", given.webhook_id)
    .where((eb) => eb.or([eb("delivery_key", "=", given.delivery_key), eb("digest", "=", given.digest)]))
    .limit(1),
);

/** Whether a delivery of this key or this body has started something. */
export async function deliveryIsKnown(db: Reader, identity: Identity): Promise<boolean> {
  return (await selectDelivery(db, identity)).length > 0;
}

/** @returns false when a delivery of the key or the body is there: the unique index decides (S1.36) */
export async function insertDelivery(tx: Tx, row: WebhookDeliveryRow): Promise<boolean> {
  const result = await tx
    .insertInto("webhook_delivery")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Forgets up to `limit` deliveries that are older. @returns how many */
export async function forgetDeliveries(tx: Tx, before: number, limit: number): Promise<number> {
  const result = await tx
    .deleteFrom("webhook_delivery")
    .where("execution_id", "in", (eb) =>
      eb
        .selectFrom("webhook_delivery")
        .select("execution_id")
        .where("at", "<", before)
        .orderBy("at")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
