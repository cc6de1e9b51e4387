/** Kysely on pg: a pool of connections for reading, and transactions on one of them each. */
import {
  type ConnectionProvider,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  Transaction,
} from "kysely";
import { notHere } from "./not-here.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import type { PostgresTransaction } from "./postgres-transaction.ts";
import type { Database, Tx } from "./store.ts";

/** @param connect takes a connection of the pool */
export function postgresDialect(connect: () => Promise<PostgresConnection>): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PoolDriver(connect),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/**
 * Lets prepared statements (statement.ts) reach the transaction itself: to go on without an answer, and because Kysely's
 * asynchronous layers take as long as pg's own.
 */
export class TransactionAdapter extends PostgresAdapter {
  readonly transaction: PostgresTransaction;

  constructor(transaction: PostgresTransaction) {
    super();
    this.transaction = transaction;
  }
}

/** @returns makes what a transaction's work is given; where it begins and ends is its caller's business */
export function transactionsIn(dialect: Dialect): (transaction: PostgresTransaction) => Tx {
  const compiler = dialect.createQueryCompiler();
  const driver = dialect.createDriver();
  return (transaction) => {
    const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(transaction) };
    const executor = new DefaultQueryExecutor(compiler, new TransactionAdapter(transaction), provider);
    return new Transaction<Database>({ config: { dialect }, dialect, driver, executor });
  };
}

class PoolDriver implements Driver {
  readonly acquireConnection: () => Promise<PostgresConnection>;

  constructor(connect: () => Promise<PostgresConnection>) {
    this.acquireConnection = connect;
  }

  async init(): Promise<void> {}

  beginTransaction = notHere;
  commitTransaction = notHere;
  rollbackTransaction = notHere;

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  /** The pool is the store's to end: Kysely ends only what it has used. */
  async destroy(): Promise<void> {}
}
