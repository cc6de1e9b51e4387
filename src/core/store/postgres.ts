/** The store for many servers: PostgreSQL, where commands of one pipeline wait for each other at its row. */
import { setTimeout } from "node:timers/promises";
import { Kysely } from "kysely";
import pg from "pg";
import { committed } from "./after-commit.ts";
import { migrate } from "./migrate.ts";
import { postgresAnnouncements } from "./postgres-announcements.ts";
import { connect, type PostgresConnection } from "./postgres-connection.ts";
import { postgresDialect, transactionsIn } from "./postgres-dialect.ts";
import { isPlanFailure, Plans } from "./postgres-plans.ts";
import { PostgresTransaction } from "./postgres-transaction.ts";
import type { Database, Soon, Store, Tx } from "./store.ts";

const MAX_CONNECTIONS = 16;
const MAX_TRIES = 10;

/** Opens (and migrates) the database at `databaseUrl` (`postgres://…`). */
export async function openPostgres(databaseUrl: string): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    types: { getTypeParser },
    pipeline: true,
  });
  // An idle connection that breaks leaves the pool; the next query opens another or tells its caller.
  pool.on("error", () => undefined);
  // One that breaks in use tells whoever waits for its answers; without a listener it would end the process too.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const plans = new Plans();
  // Those that wait for a connection, which a pool that ends forgets.
  const waiting = new Set<Promise<unknown>>();
  const take = () => {
    const taken = connect(pool, plans);
    waiting.add(taken);
    const serve = () => void waiting.delete(taken);
    taken.then(serve, serve);
    return taken;
  };
  const dialect = postgresDialect(take);
  const db = new Kysely<Database>({ dialect });
  const begin = transactionsIn(dialect);
  const transaction = <T>(work: (tx: Tx) => Soon<T>) => retrying(() => runOnce(take, begin, work));

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
        while (waiting.size > 0) await Promise.allSettled(waiting);
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function runOnce<T>(
  take: () => Promise<PostgresConnection>,
  begin: (transaction: PostgresTransaction) => Tx,
  work: (tx: Tx) => Soon<T>,
): Promise<T> {
  const connection = await take();
  const transaction = new PostgresTransaction(connection);
  const tx = begin(transaction);
  let value: T;
  try {
    value = await work(tx);
    await transaction.commit();
  } catch (error) {
    await transaction.rollback().then(
      () => connection.release(),
      () => connection.release(true),
    );
    throw error;
  }
  connection.release();
  committed(tx);
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
  return code === "40001" || code === "40P01" || isPlanFailure(error);
}

/** Times and counts are `int8`, which pg gives as text; ours all fit a number. */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8 && format !== "binary") return Number;
  return pg.types.getTypeParser(oid, format as "text");
}
