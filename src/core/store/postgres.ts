/** The store for many servers: PostgreSQL, where commands of one pipeline wait for each other at its row. */
import { setTimeout } from "node:timers/promises";
import { Kysely } from "kysely";
import { committed } from "./after-commit.ts";
import { migrate } from "./migrate.ts";
import { postgresAnnouncements } from "./postgres-announcements.ts";
import { PostgresConnection } from "./postgres-connection.ts";
import { postgresDialect, transactionsIn } from "./postgres-dialect.ts";
import { isPlanFailure, Plans } from "./postgres-plans.ts";
import { connections, openPool } from "./postgres-pool.ts";
import { PostgresTransaction } from "./postgres-transaction.ts";
import type { Database, Soon, Store, Tx } from "./store.ts";

const MAX_TRIES = 10;

/** Opens (and migrates) the database at `databaseUrl` (`postgres://…`). */
export async function openPostgres(databaseUrl: string): Promise<Store> {
  const pool = connections(openPool(databaseUrl));
  const plans = new Plans();
  const take = async () => new PostgresConnection(await pool.take(), plans);
  const dialect = postgresDialect(take);
  const db = new Kysely<Database>({ dialect });
  const begin = transactionsIn(dialect);
  const transaction = <T>(work: (tx: Tx) => Soon<T>) => retrying(() => runOnce(take, begin, work));

  try {
    await transaction((tx) => migrate(tx, "postgres"));
    const { announce, listen, close } = await postgresAnnouncements(db, databaseUrl);
    return {
      dialect: "postgres",
      read: db,
      transaction,
      announce,
      listen,
      async close() {
        await close();
        await pool.close();
      },
    };
  } catch (error) {
    await pool.close();
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
