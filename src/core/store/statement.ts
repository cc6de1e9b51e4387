/**
 * Statements that are built once and run often. Building and compiling a query, and its way through Kysely's layers,
 * cost several times what SQLite needs to run it, and a command runs about a dozen of them.
 */
import {
  type Compilable,
  type Insertable,
  type InsertQueryBuilder,
  type InsertResult,
  type Kysely,
  type RawBuilder,
  sql,
} from "kysely";
import { type Outcome, type Ready, readyOnce, run, tellsInserted, write } from "./ready.ts";
import { soon } from "./soon.ts";
import type { Database, Reader, Soon, Tx } from "./store.ts";

/** A place in a statement that each run fills with the parameter of that name. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

type Slots<P> = { readonly [K in keyof P]-?: RawBuilder<P[K]> };

type Build<P, R> = (db: Kysely<Database>, given: Slots<P>) => Compilable<R>;

/**
 * @param build called once for each database that is opened; every value that differs between runs is a slot
 * @returns runs the statement and answers its rows
 */
export function statement<P extends object, R>(build: Build<P, R>): (db: Reader, given: P) => Soon<R[]> {
  const ask = prepared(build);
  return (db, given) => soon(ask(db, given), ({ rows }) => rows);
}

/** The same for a statement of one row at most. */
export function single<P extends object, R>(
  build: Build<P, R>,
): (db: Reader, given: P) => Soon<R | undefined> {
  const ask = prepared(build);
  return (db, given) => soon(ask(db, given), ({ rows }) => rows[0]);
}

/** The same for a statement that changes rows. @returns runs it and answers how many it changed */
export function changing<P extends object>(build: Build<P, unknown>): (tx: Tx, given: P) => Soon<number> {
  const ask = prepared(build);
  return (tx, given) => soon(ask(tx, given), ({ changed }) => changed);
}

/**
 * The same for a statement whose outcome tells nothing. PostgreSQL's answer isn't waited for: should it be an error, the
 * transaction's next question or its commit fails with it.
 */
export function writing<P extends object>(build: Build<P, unknown>): (tx: Tx, given: P) => Soon<void> {
  const { readyFor, valuesOf } = slotted(build);
  return (tx, given) => {
    const ready = readyFor(tx);
    return write(tx, ready, valuesOf(ready, given));
  };
}

/**
 * The same for an insert of one row into a table whose key the database counts.
 * @returns runs it and answers the new row's key
 */
export function numbering<P extends object, T extends keyof Database & string>(
  key: string & keyof Database[T],
  build: (db: Kysely<Database>, given: Slots<P>) => InsertQueryBuilder<Database, T, InsertResult>,
): (tx: Tx, given: P) => Soon<number> {
  const ask = prepared<P, { key: number }>((db, given) => {
    const insert = build(db, given);
    // SQLite tells it anyway; to answer rows costs an insert half as much again.
    return tellsInserted(db) ? insert : insert.returning(sql<number>`${sql.ref(key)}`.as("key"));
  });
  return (tx, given) =>
    soon(ask(tx, given), ({ inserted, rows }) => {
      const number = inserted ?? rows[0]?.key;
      if (number === undefined) throw new Error(`a row of no ${key} was inserted`);
      return number;
    });
}

function prepared<P extends object, R>(build: Build<P, R>): (db: Reader, given: P) => Soon<Outcome<R>> {
  const { readyFor, valuesOf } = slotted(build);
  return (db, given) => {
    const ready = readyFor(db);
    return run<R>(db, ready, valuesOf(ready, given));
  };
}

function slotted<P extends object>(build: Build<P, unknown>) {
  const slots = new Proxy({} as Slots<P>, { get: (_, name) => sql`${new Slot(String(name))}` });
  const valuesOf = ({ compiled }: Ready, given: P) => {
    const values: unknown[] = [];
    for (const value of compiled.parameters) {
      values.push(value instanceof Slot ? (given as Readonly<Record<string, unknown>>)[value.name] : value);
    }
    return values;
  };
  return { readyFor: readyOnce((db) => build(db, slots).compile()), valuesOf };
}

const ROWS_PER_INSERT = 50;

/**
 * Inserts whole rows with as few statements as can be.
 * @param keeps whether rows that are there already stay as they are; a failure otherwise
 * @returns inserts `rows`, which all have the same columns in the same order
 */
export function insertInto<T extends keyof Database & string>(
  table: T,
  keeps = false,
): (tx: Tx, rows: readonly Insertable<Database[T]>[]) => Soon<void> {
  type Row = Insertable<Database[T]>;
  const bySize = new Map<number, (db: Reader, rows: readonly Row[]) => Ready>();
  const readyForSize = (size: number) => {
    const known = bySize.get(size);
    if (known !== undefined) return known;
    const readyFor = readyOnce((db, first: readonly Row[]) =>
      (db as Kysely<Record<string, object>>)
        .insertInto(table as string)
        .values(first)
        .$if(keeps, (query) => query.onConflict((conflict) => conflict.doNothing()))
        .compile(),
    );
    bySize.set(size, readyFor);
    return readyFor;
  };
  const insertChunk = (tx: Tx, rows: readonly Row[]) => {
    const parameters: unknown[] = [];
    for (const row of rows) parameters.push(...Object.values(row));
    return write(tx, readyForSize(rows.length)(tx, rows), parameters);
  };
  const insertChunks = async (tx: Tx, rows: readonly Row[]) => {
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      await insertChunk(tx, rows.slice(start, start + ROWS_PER_INSERT));
    }
  };
  return (tx, rows) => {
    if (rows.length === 0) return;
    return rows.length > ROWS_PER_INSERT ? insertChunks(tx, rows) : insertChunk(tx, rows);
  };
}
