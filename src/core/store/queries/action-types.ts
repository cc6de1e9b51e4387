/** Custom action types of an account and region. */
import type { Scope } from "../../scope.ts";
import type { Reader, Tx } from "../store.ts";
import type { ActionTypeRow } from "../tables/pipelines.ts";

export type ActionTypeKey = Pick<ActionTypeRow, "category" | "provider" | "version">;

/** All that were ever created here, the deleted ones too. */
export async function customActionTypes(db: Reader, scope: Scope): Promise<ActionTypeRow[]> {
  return db
    .selectFrom("action_type")
    .selectAll()
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .execute();
}

export async function findCustomActionType(
  db: Reader,
  scope: Scope,
  key: ActionTypeKey,
): Promise<ActionTypeRow | undefined> {
  return db
    .selectFrom("action_type")
    .selectAll()
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("category", "=", key.category)
    .where("provider", "=", key.provider)
    .where("version", "=", key.version)
    .executeTakeFirst();
}

/** @returns false when the key is there already, deleted or not */
export async function insertActionType(tx: Tx, row: ActionTypeRow): Promise<boolean> {
  const result = await tx
    .insertInto("action_type")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** @returns whether there is such a type, whatever it was before */
export async function setActionTypeDeleted(
  tx: Tx,
  scope: Scope,
  key: ActionTypeKey,
  deleted: boolean,
): Promise<boolean> {
  const result = await tx
    .updateTable("action_type")
    .set({ deleted: deleted ? 1 : 0 })
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("category", "=", key.category)
    .where("provider", "=", key.provider)
    .where("version", "=", key.version)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Holds the type until the transaction ends. @returns whether it is there and not deleted */
export async function lockActionType(tx: Tx, scope: Scope, key: ActionTypeKey): Promise<boolean> {
  const result = await tx
    .updateTable("action_type")
    .set({ deleted: 0 })
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("category", "=", key.category)
    .where("provider", "=", key.provider)
    .where("version", "=", key.version)
    .where("deleted", "=", 0)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
