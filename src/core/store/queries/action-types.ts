/** Custom action types of an account and region. */
import type { Kysely, RawBuilder } from "kysely";
import type { Scope } from "../../scope.ts";
import { holding } from "../row-lock.ts";
import { single, statement } from "../statement.ts";
import type { Database, Reader, Soon, Tx } from "../store.ts";
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
export function customActionTypes(db: Reader, { account, region }: Scope): Soon<ActionTypeRow[]> {
  return selectAll(db, { account, region });
}

/** `account`, `region`, and the key of each type with its place in the list behind. */
type GivenKeys = Record<string, string>;

/** By how many types are asked for: a pipeline names few, and always the same. */
const selectsNamed = new Map<number, (db: Reader, given: GivenKeys) => Soon<ActionTypeRow[]>>();

/** Those of these types that were ever created here, the deleted ones too; in no order. */
export function actionTypesNamed(
  db: Reader,
  { account, region }: Scope,
  keys: readonly ActionTypeKey[],
): Soon<ActionTypeRow[]> {
  const ask = selectsNamed.get(keys.length) ?? selectNamed(keys.length);
  selectsNamed.set(keys.length, ask);
  const given: GivenKeys = { account, region };
  for (const [place, { category, provider, version }] of keys.entries()) {
    given[`category${place}`] = category;
    given[`provider${place}`] = provider;
    given[`version${place}`] = version;
  }
  return ask(db, given);
}

function selectNamed(count: number) {
  return statement<GivenKeys, ActionTypeRow>((db, slots) => {
    // Whatever the name, there is a slot for it.
    const given = (name: string) => slots[name] as RawBuilder<string>;
    return db
      .selectFrom("action_type")
      .selectAll()
      .where("account", "=", given("account"))
      .where("region", "=", given("region"))
      .where((eb) =>
        eb.or(
          Array.from({ length: count }, (_, place) =>
            eb.and([
              eb("category", "=", given(`category${place}`)),
              eb("provider", "=", given(`provider${place}`)),
              eb("version", "=", given(`version${place}`)),
            ]),
          ),
        ),
      );
  });
}

const select = single<Scope & ActionTypeKey, ActionTypeRow>((db, given) => selectOne(db, given));
const selectHeld = single<Scope & ActionTypeKey, ActionTypeRow>((db, given) =>
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
  return select(db, { ...scope, ...key });
}

/** The same, held until the transaction ends. */
export async function takeCustomActionType(
  tx: Tx,
  scope: Scope,
  key: ActionTypeKey,
): Promise<ActionTypeRow | undefined> {
  return selectHeld(tx, { ...scope, ...key });
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
