/** Roles that users can take. */
import { sql } from "kysely";
import { single } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { RoleRow } from "./tables/users.ts";

type Named = Pick<RoleRow, "account" | "name">;

const selectVersion = single<Named, Pick<RoleRow, "id" | "version">>((db, given) =>
  db
    .selectFrom("role")
    .select(["id", "version"])
    .where("account", "=", given.account)
    .where("name", "=", given.name),
);

/** What every request of a role asks: whether what is known of it still counts. */
export async function findRoleVersion(db: Reader, { account, name }: Named) {
  return selectVersion(db, { account, name });
}

export async function findRole(db: Reader, { account, name }: Named): Promise<RoleRow | undefined> {
  return db
    .selectFrom("role")
    .selectAll()
    .where("account", "=", account)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** By account and name. */
export async function listRoleRows(db: Reader): Promise<RoleRow[]> {
  return db.selectFrom("role").selectAll().orderBy("account").orderBy("name").execute();
}

/** @returns false when there is one of the name, whatever its case */
export async function insertRole(tx: Tx, row: RoleRow): Promise<boolean> {
  const present = await tx
    .selectFrom("role")
    .select("name")
    .where("account", "=", row.account)
    .where(sql`lower(name)`, "=", row.name.toLowerCase())
    .executeTakeFirst();
  if (present !== undefined) return false;
  await tx.insertInto("role").values(row).execute();
  return true;
}

/** @returns false when there is no such role */
export async function changeRole(
  tx: Tx,
  { account, name }: Named,
  change: Partial<Pick<RoleRow, "policy" | "trust" | "tags">> & Pick<RoleRow, "updated">,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("role")
    .set((eb) => ({ ...change, version: eb("version", "+", 1) }))
    .where("account", "=", account)
    .where("name", "=", name)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @returns false when there was no such role */
export async function deleteRole(tx: Tx, { account, name }: Named): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("role")
    .where("account", "=", account)
    .where("name", "=", name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
