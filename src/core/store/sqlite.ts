/** The default store: one SQLite file, durable at every commit. */
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { migrate } from "./migrate.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import type { Database, Store, Tx } from "./store.ts";

/** Opens (and migrates) the database at `path`; `:memory:` keeps nothing. */
export async function openSqlite(path: string): Promise<Store> {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  const db = new Kysely<Database>({ dialect: sqliteDialect(database) });
  await migrate(db, "sqlite");

  let last: Promise<unknown> = Promise.resolve();
  return {
    dialect: "sqlite",
    read: db,
    transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      const result = last.then(() => db.transaction().execute(work));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      await db.destroy();
      database.close();
    },
  };
}
