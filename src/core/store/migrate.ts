/** Brings a database to the newest schema, one numbered step after another. */
import { type Kysely, sql, type Transaction } from "kysely";
import { migrations } from "./migrations/index.ts";
import type { Dialect } from "./migrations/migration.ts";
import type { Tx } from "./store.ts";

interface Migrated {
  schema_migration: { name: string };
}

/** Any number, the same in every version of Millrace. */
const MIGRATION_LOCK = 4750;

/**
 * Takes every step that is missing, all or none, while other servers that start wait.
 * SQLite's `BEGIN IMMEDIATE` is lock enough; PostgreSQL gets an advisory one.
 */
export async function migrate(tx: Tx, dialect: Dialect): Promise<void> {
  // Migrations are older than today's row types, so they see none.
  const db = tx as unknown as Transaction<Migrated>;
  if (dialect === "postgres") await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(db);
  await sql`create table if not exists schema_migration (name text primary key)`.execute(db);
  const rows = await db.selectFrom("schema_migration").select("name").execute();
  const done = new Set(rows.map((row) => row.name));
  for (const migration of migrations) {
    if (done.has(migration.name)) continue;
    await migration.up(db as unknown as Kysely<unknown>, dialect);
    await db.insertInto("schema_migration").values({ name: migration.name }).execute();
  }
}
