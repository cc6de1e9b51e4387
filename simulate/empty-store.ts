import { sql } from "kysely";
import type { Store } from "../src/core/store/store.ts";

/** Takes every row away, so that what is read of the next histories doesn't grow with those before. */
export async function emptyStore({ dialect, read, transaction }: Store): Promise<void> {
  const tables = (await read.introspection.getTables()).map(({ name }) => name);
  const filled = tables.filter((name) => name !== "schema_migration" && name !== "installation");
  await transaction(async (tx) => {
    if (dialect === "postgres")
      await sql`truncate ${sql.join(filled.map((name) => sql.table(name)))}`.execute(tx);
    else for (const name of filled) await sql`delete from ${sql.table(name)}`.execute(tx);
  });
}
