import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** Where a server's state lives: a SQLite file in its data directory, or a PostgreSQL database. */
export type StorePlace = { readonly dataDir: string } | { readonly databaseUrl: string };

/** Opens the store and brings its schema to the newest version. */
export async function openStore(place: StorePlace): Promise<Store> {
  if ("databaseUrl" in place) {
    // Loaded where it is used only: its driver would be a tenth of an idle server's memory.
    const { openPostgres } = await import("./postgres.ts");
    return openPostgres(place.databaseUrl);
  }
  await mkdir(place.dataDir, { recursive: true, mode: 0o700 });
  return openSqlite(join(place.dataDir, "millrace.sqlite"));
}
