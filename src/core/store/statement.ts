/**
 * Statements that are built once and run often. Building and compiling a query, and its way through Kysely's layers,
 * cost several times what SQLite needs to run it, and a command runs about a dozen of them.
 */
import {
  type Compilable,
  type CompiledQuery,
  type DialectAdapter,
  type Insertable,
  type InsertQueryBuilder,
  type InsertResult,
  type Kysely,
  type RawBuilder,
  sql,
} from "kysely";
import { DirectAdapter, type DirectStatement } from "./sqlite-dialect.ts";
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
  const run = prepared(build);
  return (db, given) => soon(run(db, given), ({ rows }) => rows);
}

/** The same for a statement of one row at most. */
export function single<P extends object, R>(
  build: Build<P, R>,
): (db: Reader, given: P) => Soon<R | undefined> {
  const run = prepared(build);
  return (db, given) => soon(run(db, given), ({ rows }) => rows[0]);
}

/** The same for a statement that changes rows. @returns runs it and answers how many it changed */
export function changing<P extends object>(build: Build<P, unknown>): (tx: Tx, given: P) => Soon<number> {
  const run = prepared(build);
  return (tx, given) => soon(run(tx, given), ({ changed }) => changed);
}

/**
 * The same for an insert of one row into a table whose key the database counts.
 * @returns runs it and answers the new row's key
 */
export function numbering<P extends object, T extends keyof Database & string>(
  key: string & keyof Database[T],
  build: (db: Kysely<Database>, given: Slots<P>) => InsertQueryBuilder<Database, T, InsertResult>,
): (tx: Tx, given: P) => Soon<number> {
  const run = prepared<P, { key: number }>((db, given) => {
    const insert = build(db, given);
    // SQLite tells it anyway; to answer rows costs an insert half as much again.
    return connectionOf(db) === undefined ? insert.returning(sql<number>`${sql.ref(key)}`.as("key")) : insert;
  });
  return (tx, given) =>
    soon(run(tx, given), ({ inserted, rows }) => {
      const number = inserted ?? rows[0]?.key;
      if (number === undefined) throw new Error(`a row of no ${key} was inserted`);
      return number;
    });
}

function soon<A, B>(value: Soon<A>, next: (value: A) => B): Soon<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function prepared<P extends object, R>(build: Build<P, R>): (db: Reader, given: P) => Soon<Outcome<R>> {
  const slots = new Proxy({} as Slots<P>, { get: (_, name) => sql`${new Slot(String(name))}` });
  const readyFor = readyOnce((db) => build(db, slots).compile());
  return (db, given) => {
    const ready = readyFor(db);
    const values: unknown[] = [];
    for (const value of ready.compiled.parameters) {
      values.push(value instanceof Slot ? (given as Readonly<Record<string, unknown>>)[value.name] : value);
    }
    return run<R>(db, ready, values);
  };
}

interface Outcome<R> {
  readonly rows: R[];
  readonly changed: number;
  /** On SQLite: the key of the row that was inserted last. */
  readonly inserted?: number;
}

/** A statement as one database knows it. */
interface Ready {
  readonly compiled: CompiledQuery;
  /** SQLite's own; undefined on PostgreSQL. */
  readonly direct: DirectStatement | undefined;
}

/** SQLite's outcome is there at once; every await that is saved counts. */
function run<R>(db: Reader, { compiled, direct }: Ready, parameters: readonly unknown[]): Soon<Outcome<R>> {
  if (direct !== undefined) return direct.run<R>(parameters);
  return db
    .executeQuery<R>({ ...compiled, parameters } as CompiledQuery<R>)
    .then(({ rows, numAffectedRows }) => ({ rows, changed: Number(numAffectedRows ?? 0) }));
}

/** SQLite's own; undefined on PostgreSQL. */
function connectionOf(db: Reader): DirectAdapter["connection"] | undefined {
  const { adapter } = db.getExecutor();
  return adapter instanceof DirectAdapter ? adapter.connection : undefined;
}

const ROWS_PER_INSERT = 50;

/**
 * Inserts whole rows with as few statements as can be.
 * @returns inserts `rows`, which all have the same columns in the same order
 */
export function insertInto<T extends keyof Database & string>(
  table: T,
): (tx: Tx, rows: readonly Insertable<Database[T]>[]) => Promise<void> {
  type Row = Insertable<Database[T]>;
  const bySize = new Map<number, (db: Reader, rows: readonly Row[]) => Ready>();
  return async (tx, rows) => {
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      const chunk = rows.slice(start, start + ROWS_PER_INSERT);
      let readyFor = bySize.get(chunk.length);
      if (readyFor === undefined) {
        readyFor = readyOnce((db, first: readonly Row[]) =>
          (db as Kysely<Record<string, object>>)
            .insertInto(table as string)
            .values(first)
            .compile(),
        );
        bySize.set(chunk.length, readyFor);
      }
      const parameters: unknown[] = [];
      for (const row of chunk) parameters.push(...Object.values(row));
      await run(tx, readyFor(tx, chunk), parameters);
    }
  };
}

const names = new Map<string, string>();

/** @returns what a database may keep the statement under; undefined for one that isn't built once */
export function nameOf(text: string): string | undefined {
  return names.get(text);
}

function readyOnce<A extends unknown[]>(
  compile: (db: Kysely<Database>, ...rest: A) => CompiledQuery,
): (db: Reader, ...rest: A) => Ready {
  const known = new WeakMap<DialectAdapter, Ready>();
  return (db, ...rest) => {
    const { adapter } = db.getExecutor();
    let ready = known.get(adapter);
    if (ready === undefined) {
      const compiled = compile(db, ...rest);
      ready = { compiled, direct: connectionOf(db)?.prepare(compiled.sql) };
      known.set(adapter, ready);
      if (!names.has(compiled.sql)) names.set(compiled.sql, `millrace_${names.size}`);
    }
    return ready;
  };
}
