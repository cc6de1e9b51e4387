/** One connection to PostgreSQL, which sends statements without waiting for the answers to earlier ones. */
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import pg from "pg";
import { noStreams } from "./not-here.ts";
import { isPlanFailure, type Plans } from "./postgres-plans.ts";

export type Sendable = Pick<CompiledQuery, "sql" | "parameters">;

export type Answer<R> = pg.QueryResult<R & pg.QueryResultRow>;

/** What PostgreSQL knows its plan by. */
type NamedQuery = pg.Query & { name?: string };

type Pooled = pg.PoolClient & Pick<pg.Client, "connection">;

export class PostgresConnection implements DatabaseConnection {
  readonly #client: Pooled;
  readonly #plans: Plans;
  /** Of statements that failed: PostgreSQL may not have read them, as the same ones that were sent behind them expect. */
  readonly #failed = new Set<string>();

  /** @param client of a pool whose clients send statements before earlier ones are answered (`pipeline`) */
  constructor(client: pg.PoolClient, plans: Plans) {
    this.#client = client as Pooled;
    this.#plans = plans;
  }

  /** Sends it at once, behind those that aren't answered yet. @throws whatever PostgreSQL says against it */
  send<R>({ sql, parameters }: Sendable): Promise<Answer<R>> {
    const values = parameters as unknown[];
    if (!values.every(isValue)) throw new TypeError("a parameter is neither text nor a number nor bytes");
    this.#gather();
    const name = this.#plans.nameOf(sql);
    return new Promise((resolve, reject) => {
      // A query of pg's own: what pg is told of one otherwise it copies, member by member, which takes longer than sending.
      const query: NamedQuery = new pg.Query(sql, values, (error, result) => {
        if (!error) return resolve(result as unknown as Answer<R>);
        if (name !== undefined && !this.#failed.has(name)) this.#judge(name, error);
        reject(error);
      });
      if (name !== undefined) query.name = name;
      this.#client.query(query);
    });
  }

  #judge(name: string, error: Error): void {
    if (isPlanFailure(error)) this.#plans.giveUp();
    else this.#failed.add(name);
  }

  /** Outside of transactions: a plan that fails is done without. */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return outcome(await this.send<R>(query));
    } catch (error) {
      if (!isPlanFailure(error)) throw error;
      return outcome(await this.send<R>(query));
    }
  }

  streamQuery = noStreams;

  /** What is sent in one turn of the event loop leaves together: one system call, and one awakening of the database. */
  #gather(): void {
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  /** @param broken whether it is in an unknown state, and must not be used again */
  release(broken = false): void {
    this.#client.release(broken);
  }
}

/**
 * As with SQLite. pg makes texts of other objects, and where it fails to, PostgreSQL never hears of the statement: it would
 * commit what was sent before and after.
 */
function isValue(value: unknown): boolean {
  return typeof value !== "object" || value === null || ArrayBuffer.isView(value);
}

/** What Kysely makes of an answer. */
export function outcome<R>({ rows, rowCount }: Answer<R>): QueryResult<R> {
  return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
}
