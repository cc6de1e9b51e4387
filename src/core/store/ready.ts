/** A statement as a database knows it: compiled once, kept by the database, and run without a layer between. */
import type { CompiledQuery, Kysely } from "kysely";
import { TransactionAdapter } from "./postgres-dialect.ts";
import { isPostgres } from "./row-lock.ts";
import { DirectAdapter, type DirectStatement } from "./sqlite-dialect.ts";
import type { Database, Reader, Soon, Tx } from "./store.ts";

export interface Outcome<R> {
  readonly rows: R[];
  readonly changed: number;
  /** On SQLite: the key of the row that was inserted last. */
  readonly inserted?: number;
}

export interface Ready {
  readonly compiled: CompiledQuery;
  /** SQLite's own; undefined on PostgreSQL. */
  readonly direct: DirectStatement | undefined;
}

/** SQLite's outcome is there at once; every await that is saved counts. */
export function run<R>(db: Reader, ready: Ready, parameters: readonly unknown[]): Soon<Outcome<R>> {
  const { compiled, direct } = ready;
  if (direct !== undefined) return direct.run<R>(parameters);
  const { adapter } = db.getExecutor();
  if (adapter instanceof TransactionAdapter) {
    return adapter.transaction
      .ask<R>({ sql: compiled.sql, parameters })
      .then(({ rows, rowCount }) => ({ rows, changed: rowCount ?? 0 }));
  }
  return db
    .executeQuery<R>({ ...compiled, parameters } as CompiledQuery<R>)
    .then(({ rows, numAffectedRows }) => ({ rows, changed: Number(numAffectedRows ?? 0) }));
}

/** Runs it without waiting for PostgreSQL's answer: see `PostgresTransaction.tell`. */
export function write(tx: Tx, { compiled, direct }: Ready, parameters: readonly unknown[]): Soon<void> {
  if (direct !== undefined) direct.run(parameters);
  else {
    const { adapter } = tx.getExecutor();
    if (!(adapter instanceof TransactionAdapter)) throw new Error("a write needs a transaction");
    return adapter.transaction.tell({ sql: compiled.sql, parameters });
  }
}

/** Whether the database tells the key of an inserted row without being asked to. */
export function tellsInserted(db: Reader): boolean {
  return db.getExecutor().adapter instanceof DirectAdapter;
}

/** All that is on PostgreSQL speaks one language, whichever transaction it is in. */
const POSTGRES = {};

/** @param compile called once for each database that is opened */
export function readyOnce<A extends unknown[]>(
  compile: (db: Kysely<Database>, ...rest: A) => CompiledQuery,
): (db: Reader, ...rest: A) => Ready {
  const known = new WeakMap<object, Ready>();
  return (db, ...rest) => {
    const { adapter } = db.getExecutor();
    const key = isPostgres(db) ? POSTGRES : adapter;
    let ready = known.get(key);
    if (ready === undefined) {
      const compiled = compile(db, ...rest);
      const direct = adapter instanceof DirectAdapter ? adapter.connection.prepare(compiled.sql) : undefined;
      ready = { compiled, direct };
      known.set(key, ready);
    }
    return ready;
  };
}
