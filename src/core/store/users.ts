/** Users and the keys that they sign with. */
import { sql } from "kysely";
import { single } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { UserRow } from "./tables/users.ts";

const selectVersion = single<{ key: string }, Pick<UserRow, "version" | "disabled">>((db, given) =>
  db.selectFrom("user_account").select(["version", "disabled"]).where("access_key_id", "=", given.key),
);

const select = single<{ key: string }, UserRow>((db, given) =>
  db.selectFrom("user_account").selectAll().where("access_key_id", "=", given.key),
);

/** What every request of a user asks: whether what is known of it still counts. */
export async function findUserVersion(db: Reader, accessKeyId: string) {
  return selectVersion(db, { key: accessKeyId });
}

export async function findUserByKey(db: Reader, accessKeyId: string): Promise<UserRow | undefined> {
  return select(db, { key: accessKeyId });
}

/** By account and name. */
export async function listUserRows(db: Reader): Promise<UserRow[]> {
  return db.selectFrom("user_account").selectAll().orderBy("account").orderBy("name").execute();
}

/** @returns false when there is one of the name, whatever its case */
export async function insertUser(tx: Tx, row: UserRow): Promise<boolean> {
  const present = await tx
    .selectFrom("user_account")
    .select("name")
    .where("account", "=", row.account)
    .where(sql`lower(name)`, "=", row.name.toLowerCase())
    .executeTakeFirst();
  if (present !== undefined) return false;
  await tx.insertInto("user_account").values(row).execute();
  return true;
}

type UserChange = Partial<Pick<UserRow, "access_key_id" | "sealed_secret" | "policy" | "tags" | "disabled">> &
  Pick<UserRow, "updated">;

/** @returns false when there is no such user */
export async function changeUser(
  tx: Tx,
  { account, name }: Pick<UserRow, "account" | "name">,
  change: UserChange,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("user_account")
    .set((eb) => ({ ...change, version: eb("version", "+", 1) }))
    .where("account", "=", account)
    .where("name", "=", name)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @returns false when there was no such user */
export async function deleteUser(
  tx: Tx,
  { account, name }: Pick<UserRow, "account" | "name">,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("user_account")
    .where("account", "=", account)
    .where("name", "=", name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
