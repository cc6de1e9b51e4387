/** Kysely on node:sqlite, one connection shared by all. Transactions are begun elsewhere: see sqlite-group-commit.ts. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type LimitNode,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
} from "kysely";
import { noStreams, notHere } from "./not-here.ts";
import type { Database, Tx } from "./store.ts";

type Value = null | number | bigint | string | Uint8Array;

export function sqliteDialect(connection: SqliteConnection): Dialect {
  return {
    createAdapter: () => new DirectAdapter(connection),
    createDriver: () => new ConnectionDriver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new QueryCompiler(),
  };
}

/** @returns makes what a transaction's work is given; where it begins and ends is its caller's business */
export function transactionsOn(connection: SqliteConnection): () => Tx {
  const dialect = sqliteDialect(connection);
  const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(connection) };
  const executor = new Kysely<Database>({ dialect }).getExecutor().withConnectionProvider(provider);
  const props = { config: { dialect }, dialect, driver: dialect.createDriver(), executor };
  return () => new Transaction<Database>(props);
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

class ConnectionDriver implements Driver {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  beginTransaction = notHere;
  commitTransaction = notHere;
  rollbackTransaction = notHere;
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

export class DirectStatement {
  readonly #connection: SqliteConnection;
  readonly #statement: StatementSync;
  /** Names of what it answers; none where it only changes rows. */
  readonly #columns: readonly string[];
  readonly #onlyReads: boolean;

  constructor(connection: SqliteConnection, statement: StatementSync) {
    this.#connection = connection;
    // Made of lists, objects cost half, and all code that reads them less: node's own are made as dictionaries.
    statement.setReturnArrays(true);
    this.#statement = statement;
    this.#columns = statement.columns().map(({ name }) => name);
    this.#onlyReads = /^select\b/i.test(statement.sourceSQL);
  }

  run<R>(parameters: readonly unknown[]): { rows: R[]; changed: number; inserted?: number } {
    const values = parameters as readonly Value[];
    const columns = this.#columns;
    if (!this.#onlyReads) this.#connection.changes += 1;
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

export class SqliteConnection implements DatabaseConnection {
  /** Statements that ran so far and may have changed something. */
  changes = 0;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, DirectStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changed } = this.prepare(sql).run<R>(parameters);
    return { rows, numAffectedRows: BigInt(changed) };
  }

  prepare(sql: string): DirectStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    const statement = new DirectStatement(this, this.#database.prepare(sql));
    this.#statements.set(sql, statement);
    return statement;
  }

  streamQuery = noStreams;
}

function named<R>(columns: readonly string[], values: readonly Value[]): R {
  const row: Record<string, Value | undefined> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at] as string] = values[at];
  return row as R;
}
