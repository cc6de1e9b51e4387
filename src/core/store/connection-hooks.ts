import { changing, single, statement, writing } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { ConnectionDeliveryRow, ConnectionHookRow } from "./tables/connections.ts";

type Key = Pick<ConnectionHookRow, "account" | "region" | "connection_id">;

const selectByUrl = single<{ hash: string }, ConnectionHookRow>((db, given) =>
  db.selectFrom("connection_hook").selectAll().where("url_hash", "=", given.hash),
);

/** @param hash SHA-256 of the id in the URL, in hex */
export async function findHookByUrl(db: Reader, hash: string): Promise<ConnectionHookRow | undefined> {
  return selectByUrl(db, { hash });
}

export async function findHook(db: Reader, key: Key): Promise<ConnectionHookRow | undefined> {
  return db
    .selectFrom("connection_hook")
    .selectAll()
    .where("account", "=", key.account)
    .where("region", "=", key.region)
    .where("connection_id", "=", key.connection_id)
    .executeTakeFirst();
}

/** Makes the hook; one that is there gets the URL and the secret. */
export async function putHook(tx: Tx, row: ConnectionHookRow): Promise<void> {
  const { url_hash, url_sealed, secret } = row;
  await tx
    .insertInto("connection_hook")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["account", "region", "connection_id"]).doUpdateSet({ url_hash, url_sealed, secret }),
    )
    .execute();
}

const setError = writing<Key & { error: string | null }>((db, given) =>
  db
    .updateTable("connection_hook")
    .set({ error: given.error })
    .where("account", "=", given.account)
    .where("region", "=", given.region)
    .where("connection_id", "=", given.connection_id),
);

/** @param error what was wrong with the last delivery, or null: nothing was */
export async function setHookError(tx: Tx, key: Key, error: string | null): Promise<void> {
  const { account, region, connection_id } = key;
  await setError(tx, { account, region, connection_id, error });
}

const delivered = changing<Key & { at: number }>((db, given) =>
  db
    .updateTable("connection_hook")
    .set({ error: null, delivered: given.at })
    .where("account", "=", given.account)
    .where("region", "=", given.region)
    .where("connection_id", "=", given.connection_id),
);

/** It started something: that is remembered, and errors are over. @returns false when there is no such hook */
export async function setDelivered(tx: Tx, key: Key, at: number): Promise<boolean> {
  const { account, region, connection_id } = key;
  return (await delivered(tx, { account, region, connection_id, at })) === 1;
}

export async function deleteHook(tx: Tx, { account, region, connection_id }: Key): Promise<void> {
  for (const table of ["connection_hook", "connection_delivery", "connection_request"] as const)
    await tx
      .deleteFrom(table)
      .where("account", "=", account)
      .where("region", "=", region)
      .where("connection_id", "=", connection_id)
      .execute();
}

type Identity = Omit<ConnectionDeliveryRow, "at">;

const selectDelivery = statement<Identity, Pick<ConnectionDeliveryRow, "at">>((db, given) =>
  db
    .selectFrom("connection_delivery")
    .select("at")
    .where("account", "=", given.account)
    .where("region", "=", given.region)
    .where("connection_id", "=", given.connection_id)
    .where((eb) => eb.or([eb("delivery_key", "=", given.delivery_key), eb("digest", "=", given.digest)]))
    .limit(1),
);

/** Whether a delivery of this key or this body has started something. */
export async function hookDeliveryIsKnown(db: Reader, identity: Identity): Promise<boolean> {
  return (await selectDelivery(db, identity)).length > 0;
}

/** @returns false when a delivery of the key or the body is there: the unique indexes decide (S1.36) */
export async function insertHookDelivery(tx: Tx, row: ConnectionDeliveryRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("connection_delivery")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Forgets all deliveries that are older: each has started something, so they are few. */
export async function forgetHookDeliveries(tx: Tx, before: number): Promise<void> {
  await tx.deleteFrom("connection_delivery").where("at", "<", before).execute();
}
