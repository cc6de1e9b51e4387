/** Empty stores for tests, on the database that the vitest project says: every such test runs on both. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";

export interface EmptyDatabase {
  readonly place: StorePlace;
  /** Throws the database away; close what uses it first. */
  remove(): Promise<void>;
}

/** A place for a store, for tests that open it themselves, or more than once. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  return process.env.MILLRACE_TEST_DATABASE === "postgres" ? emptyPostgres() : emptySqlite();
}

/** An empty, migrated store that is thrown away when it is closed. */
export async function emptyStore(): Promise<Store> {
  const database = await emptyDatabase();
  const store = await openStore(database.place);
  return {
    ...store,
    async close() {
      await store.close();
      await database.remove();
    },
  };
}

async function emptySqlite(): Promise<EmptyDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-store-"));
  return { place: { dataDir }, remove: () => rm(dataDir, { recursive: true, force: true }) };
}

async function emptyPostgres(): Promise<EmptyDatabase> {
  const base = inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(base, `create database ${name}`);
  return {
    place: { databaseUrl: `${base}/${name}` },
    remove: () => administer(base, `drop database ${name} with (force)`),
  };
}

async function administer(base: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${base}/postgres` });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
