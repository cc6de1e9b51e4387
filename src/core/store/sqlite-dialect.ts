/** Kysely on node:sqlite. What a transaction is there, is decided by its caller: see sqlite-group-commit.ts. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type LimitNode,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

type Value = null | number | bigint | string | Uint8Array;

/** One connection, shared by all: transactions are savepoints, so the caller runs them one after the other. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  const connection = new SqliteConnection(database);
  return {
    createAdapter: () => new DirectAdapter(connection),
    createDriver: () => new SavepointDriver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new QueryCompiler(),
  };
}

class QueryCompiler extends SqliteQueryCompiler {
  /** SQLite plans a statement anew whenever the parameter that is its limit is bound: so the limit is a sum. */
  protected override visitLimit(node: LimitNode): void {
    super.visitLimit(node);
    this.append(" + 0");
  }
}

/**
 * Lets prepared statements (statement.ts) reach the connection itself. SQLite answers at once, while Kysely's
 * asynchronous layers take as long as a small statement runs.
 */
export class DirectAdapter extends SqliteAdapter {
  readonly connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super();
    this.connection = connection;
  }
}

class SavepointDriver implements Driver {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {
    this.#connection.run("savepoint one");
  }
  async commitTransaction(): Promise<void> {
    this.#connection.run("release one");
  }
  async rollbackTransaction(): Promise<void> {
    this.#connection.run("rollback to one");
    this.#connection.run("release one");
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

export class DirectStatement {
  readonly #statement: StatementSync;
  /** Names of what it answers; none where it only changes rows. */
  readonly #columns: readonly string[];

  constructor(statement: StatementSync) {
    // Made of lists, objects cost half, and all code that reads them less: node's own are made as dictionaries.
    statement.setReturnArrays(true);
    this.#statement = statement;
    this.#columns = statement.columns().map(({ name }) => name);
  }

  run<R>(parameters: readonly unknown[]): { rows: R[]; changed: number; inserted?: number } {
    const values = parameters as readonly Value[];
    const columns = this.#columns;
    if (columns.length > 0) {
      const rows = (this.#statement.all(...values) as unknown as Value[][]).map((row) =>
        named<R>(columns, row),
      );
      return { rows, changed: rows.length };
    }
    const { changes, lastInsertRowid } = this.#statement.run(...values);
    return { rows: [], changed: Number(changes), inserted: Number(lastInsertRowid) };
  }
}

/** More different texts than the code holds come only of lists of varying length. */
const MAX_STATEMENTS = 500;

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, DirectStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  run(sql: string): void {
    this.prepare(sql).run([]);
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changed } = this.prepare(sql).run<R>(parameters);
    return { rows, numAffectedRows: BigInt(changed) };
  }

  prepare(sql: string): DirectStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    const statement = new DirectStatement(this.#database.prepare(sql));
    this.#statements.set(sql, statement);
    return statement;
  }

  // biome-ignore lint/correctness/useYield: node:sqlite has no cursor that survives an await
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("streaming queries are not supported on SQLite");
  }
}

function named<R>(columns: readonly string[], values: readonly Value[]): R {
  const row: Record<string, Value | undefined> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at] as string] = values[at];
  return row as R;
}
