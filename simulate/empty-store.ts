import { sql } from "kysely";
import type { Store } from "../src/core/store/store.ts";

const known = new WeakMap<Store, readonly string[]>();

/** Takes every row away, so that what is read of the next histories doesn't grow with those before. */
export async function emptyStore(store: Store): Promise<void> {
  const tables = known.get(store) ?? (await tablesOf(store));
  known.set(store, tables);
  await store.transaction(async (tx) => {
    if (store.dialect === "postgres")
      await sql`truncate ${sql.join(tables.map((name) => sql.table(name)))}`.execute(tx);
    else for (const name of tables) await sql`delete from ${sql.table(name)}`.execute(tx);
  });
}

async function tablesOf({ read }: Store): Promise<readonly string[]> {
  const all = await read.introspection.getTables();
  return all.map(({ name }) => name).filter((name) => name !== "schema_migration" && name !== "installation");
}
