/** Custom action types of an account and region. */
import type { Kysely, RawBuilder } from "kysely";
import type { Scope } from "../../scope.ts";
import { holding } from "../row-lock.ts";
import { statement } from "../statement.ts";
import type { Database, Reader, Tx } from "../store.ts";
import type { ActionTypeRow } from "../tables/pipelines.ts";

export type ActionTypeKey = Pick<ActionTypeRow, "category" | "provider" | "version">;

const selectAll = statement<Scope, ActionTypeRow>((db, given) =>
  db
    .selectFrom("action_type")
    .selectAll()
    .where("account", "=", given.account)
    .where("region", "=", given.region),
);

/** All that were ever created here, the deleted ones too. */
export function customActionTypes(db: Reader, { account, region }: Scope): Promise<ActionTypeRow[]> {
  return selectAll(db, { account, region });
}

const select = statement<Scope & ActionTypeKey, ActionTypeRow>((db, given) => selectOne(db, given));
const selectHeld = statement<Scope & ActionTypeKey, ActionTypeRow>((db, given) =>
  holding(db, selectOne(db, given)),
);

type Given = { readonly [K in keyof (Scope & ActionTypeKey)]: RawBuilder<string> };

function selectOne(db: Kysely<Database>, given: Given) {
  return db
    .selectFrom("action_type")
    .selectAll()
    .where("account", "=", given.account)
    .where("region", "=", given.region)
    .where("category", "=", given.category)
    .where("provider", "=", given.provider)
    .where("version", "=", given.version);
}

export async function findCustomActionType(
  db: Reader,
  scope: Scope,
  key: ActionTypeKey,
): Promise<ActionTypeRow | undefined> {
  return (await select(db, { ...scope, ...key }))[0];
}

/** The same, held until the transaction ends. */
export async function takeCustomActionType(
  tx: Tx,
  scope: Scope,
  key: ActionTypeKey,
): Promise<ActionTypeRow | undefined> {
  return (await selectHeld(tx, { ...scope, ...key }))[0];
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

/** Does nothing where there is no such type. */
export async function setActionTypeDeleted(
  tx: Tx,
  scope: Scope,
  key: ActionTypeKey,
  deleted: boolean,
): Promise<void> {
  await tx
    .updateTable("action_type")
    .set({ deleted: deleted ? 1 : 0 })
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("category", "=", key.category)
    .where("provider", "=", key.provider)
    .where("version", "=", key.version)
    .execute();
}
