import type { Scope } from "../scope.ts";
import { holding } from "./row-lock.ts";
import type { Reader, Tx } from "./store.ts";
import type { SecretRow, SecretVersionRow } from "./tables/secrets.ts";

export async function findSecret(db: Reader, scope: Scope, name: string): Promise<SecretRow | undefined> {
  return ofScope(db, scope).where("name", "=", name).executeTakeFirst();
}

/** Makes the secret unless it is there, and takes it for this transaction: its values change one after the other. */
export async function takeSecret(tx: Tx, row: SecretRow): Promise<SecretRow> {
  await tx
    .insertInto("secret")
    .values(row)
    .onConflict((conflict) => conflict.columns(["account", "region", "name"]).doNothing())
    .execute();
  return holding(tx, ofScope(tx, row).where("name", "=", row.name)).executeTakeFirstOrThrow();
}

export async function changeSecret(
  tx: Tx,
  { account, region, name }: SecretRow,
  change: Pick<SecretRow, "allowed" | "updated">,
): Promise<void> {
  await tx
    .updateTable("secret")
    .set(change)
    .where("account", "=", account)
    .where("region", "=", region)
    .where("name", "=", name)
    .execute();
}

/** By name. */
export async function listSecretRows(db: Reader, scope: Scope): Promise<SecretRow[]> {
  return ofScope(db, scope).orderBy("name").execute();
}

/** Those of one secret. */
export async function findVersions(db: Reader, scope: Scope, name: string): Promise<SecretVersionRow[]> {
  return versionsOf(db, scope).where("name", "=", name).execute();
}

/** Of all secrets of a scope, in the order of their stages. */
export async function listVersionRows(db: Reader, scope: Scope): Promise<SecretVersionRow[]> {
  return versionsOf(db, scope).orderBy("name").orderBy("stage").execute();
}

/** Puts a value in its stage, in the place of the one that was there. */
export async function putVersion(tx: Tx, row: SecretVersionRow): Promise<void> {
  const { id, created, sealed } = row;
  await tx
    .insertInto("secret_version")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["account", "region", "name", "stage"]).doUpdateSet({ id, created, sealed }),
    )
    .execute();
}

/** @returns false when there was none of the name */
export async function deleteSecretRows(tx: Tx, { account, region }: Scope, name: string): Promise<boolean> {
  const rows = (table: "secret" | "secret_version") =>
    tx
      .deleteFrom(table)
      .where("account", "=", account)
      .where("region", "=", region)
      .where("name", "=", name)
      .executeTakeFirst();
  const { numDeletedRows } = await rows("secret");
  await rows("secret_version");
  return numDeletedRows > 0n;
}

function ofScope(db: Reader, { account, region }: Scope) {
  return db.selectFrom("secret").selectAll().where("account", "=", account).where("region", "=", region);
}

function versionsOf(db: Reader, { account, region }: Scope) {
  return db
    .selectFrom("secret_version")
    .selectAll()
    .where("account", "=", account)
    .where("region", "=", region);
}
