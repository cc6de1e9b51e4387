/** Empty stores for tests, on the database that the vitest project says: every such test runs on both. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import { createDatabase, dropDatabase } from "./databases.ts";
import { takeDatabase } from "./spare-databases.ts";

export interface EmptyDatabase {
  readonly place: StorePlace;
  /** Throws away what is in it; close what uses it first. */
  remove(): Promise<void>;
}

/** A place for a store whose schema is there, for tests that open it themselves, or more than once. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  return isPostgres() ? newPostgres() : newSqlite(inject("emptyDataDir"));
}

/** One that no server has opened yet: it has to be migrated, which takes longer than most tests. */
export async function bareDatabase(): Promise<EmptyDatabase> {
  return isPostgres() ? barePostgres() : newSqlite();
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

function isPostgres(): boolean {
  return process.env.MILLRACE_TEST_DATABASE === "postgres";
}

/** @param from a data directory to copy */
async function newSqlite(from?: string): Promise<EmptyDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-store-"));
  if (from !== undefined) await cp(from, dataDir, { recursive: true });
  return { place: { dataDir }, remove: () => rm(dataDir, { recursive: true, force: true }) };
}

async function newPostgres(): Promise<EmptyDatabase> {
  const { url: databaseUrl, giveBack } = await takeDatabase(inject("postgresUrl"));
  return { place: { databaseUrl }, remove: giveBack };
}

async function barePostgres(): Promise<EmptyDatabase> {
  const base = inject("postgresUrl");
  const name = await createDatabase(base);
  return { place: { databaseUrl: `${base}/${name}` }, remove: () => dropDatabase(base, name) };
}
