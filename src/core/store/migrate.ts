/** Brings a database to the newest schema, one numbered step after another. */
import { type Kysely, sql } from "kysely";
import { migrations } from "./migrations/index.ts";

export type Dialect = "sqlite" | "postgres";

/** A step of the schema. Never changed once released; a later one mends it. */
export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>, dialect: Dialect): Promise<void>;
}

export async function migrate(db: Kysely<never> | Kysely<unknown> | object, dialect: Dialect): Promise<void> {
  const any = db as Kysely<{ schema_migration: { name: string } }>;
  await sql`create table if not exists schema_migration (name text primary key)`.execute(any);
  const done = new Set(
    (await any.selectFrom("schema_migration").select("name").execute()).map((row) => row.name),
  );
  for (const migration of migrations) {
    if (done.has(migration.name)) continue;
    await any.transaction().execute(async (tx) => {
      await migration.up(tx as unknown as Kysely<unknown>, dialect);
      await tx.insertInto("schema_migration").values({ name: migration.name }).execute();
    });
  }
}
