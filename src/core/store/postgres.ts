/** The store for many servers: PostgreSQL, where commands of one pipeline wait for each other at its row. */
import { setTimeout } from "node:timers/promises";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { committed } from "./after-commit.ts";
import { migrate } from "./migrate.ts";
import { postgresAnnouncements } from "./postgres-announcements.ts";
import { isOutdated, planningOnce } from "./postgres-plans.ts";
import type { Database, Soon, Store, Tx } from "./store.ts";

const MAX_CONNECTIONS = 16;
const MAX_TRIES = 10;

/** Opens (and migrates) the database at `databaseUrl` (`postgres://…`). */
export async function openPostgres(databaseUrl: string): Promise<Store> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: MAX_CONNECTIONS, types: { getTypeParser } });
  // An idle connection that breaks leaves the pool; the next query opens another or tells its caller.
  pool.on("error", () => undefined);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: planningOnce(pool) }) });
  const transaction = <T>(work: (tx: Tx) => Soon<T>) => retrying(() => runOnce(db, work));

  try {
    await transaction((tx) => migrate(tx, "postgres"));
    const { announce, listen, close } = await postgresAnnouncements(pool, databaseUrl);
    return {
      dialect: "postgres",
      read: db,
      transaction,
      announce,
      listen,
      async close() {
        await close();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function runOnce<T>(db: Kysely<Database>, work: (tx: Tx) => Soon<T>): Promise<T> {
  let done: Tx | undefined;
  const value = await db.transaction().execute(async (tx) => {
    done = tx;
    return work(tx);
  });
  if (done !== undefined) committed(done);
  return value;
}

/** Serialization failures and deadlocks are PostgreSQL's way of asking for another try; nothing of them was kept. */
async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (tries === MAX_TRIES || !asksForRetry(error)) throw error;
      await setTimeout(Math.random() * 2 ** tries);
    }
  }
}

function asksForRetry(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "40001" || code === "40P01" || isOutdated(error);
}

/** Times and counts are `int8`, which pg gives as text; ours all fit a number. */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8 && format !== "binary") return Number;
  return pg.types.getTypeParser(oid, format as "text");
}
