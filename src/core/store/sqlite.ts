/** The default store: one SQLite file, durable at every commit. */
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { localAnnouncements } from "./announcements.ts";
import { migrate } from "./migrate.ts";
import { SqliteConnection, sqliteDialect } from "./sqlite-dialect.ts";
import { GroupCommit } from "./sqlite-group-commit.ts";
import type { Database, Store } from "./store.ts";

/** For the other process that may write: an administrator's command while the server runs. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Most of a commit is what each page of it costs, whatever its size. With SQLite's own 4 KiB nearly each execution has a
 * page to itself: a commit of 64 results has 210 pages, and takes a third longer. A database keeps what it began with.
 */
const PAGE_BYTES = 8_192;

/** A page that many commits change is copied to the database once for all of them; 16 MiB of log are copied in milliseconds. */
const CHECKPOINT_BYTES = 16 * 1_024 * 1_024;

/**
 * Holds the upper pages of the indexes of a million executions: with 8 MB a transition costs 7 % more there. What SQLite
 * takes to walk through it, at the end of a commit that has put pages in order, is 2 %.
 */
const CACHE_KIB = 32_000;

/** What a sort or a statement of many rows keeps for itself needs no file. */
const KEEP_IN_MEMORY = "pragma temp_store = memory";

/** Opens (and migrates) the database file at `path`, making it if need be. */
export async function openSqlite(path: string): Promise<Store> {
  const writer = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  writer.exec(`pragma page_size = ${PAGE_BYTES}; pragma journal_mode = wal; pragma synchronous = full;
    ${KEEP_IN_MEMORY}; pragma cache_size = -${CACHE_KIB}`);
  writer.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_BYTES / pageBytes(writer)}`);
  const commits = new GroupCommit(writer);
  await commits.transaction((tx) => migrate(tx, "sqlite"));

  // A connection of its own sees committed rows only.
  const reader = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  const read = new Kysely<Database>({ dialect: sqliteDialect(new SqliteConnection(reader)) });
  return {
    ...localAnnouncements(),
    dialect: "sqlite",
    read,
    transaction: (work) => commits.transaction(work),
    async close() {
      await commits.idle();
      await read.destroy();
      reader.close();
      writer.close();
    },
  };
}

function pageBytes(database: DatabaseSync): number {
  return Number(database.prepare("pragma page_size").get()?.page_size);
}
