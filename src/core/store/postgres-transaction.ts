/**
 * A transaction on PostgreSQL waits only for answers that somebody needs. `BEGIN` travels with the first question, and
 * writes whose outcome tells nothing are on their way while the work goes on; the commit follows them at once. Should one
 * fail, PostgreSQL has nothing more to do with the transaction, and makes the commit a rollback.
 */
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { noStreams } from "./not-here.ts";
import { type Answer, outcome, type PostgresConnection, type Sendable } from "./postgres-connection.ts";
import type { Soon } from "./store.ts";

export class PostgresTransaction implements DatabaseConnection {
  readonly #connection: PostgresConnection;
  /** The answer to `BEGIN`, while nobody knows it. */
  #begun: Promise<unknown> | undefined;
  /** What PostgreSQL says against statements, in the order that they were sent. */
  readonly #failures: Promise<Failure | undefined>[] = [];
  #over = false;

  constructor(connection: PostgresConnection) {
    this.#connection = connection;
    this.#begun = this.#send({ sql: "begin", parameters: [] });
  }

  /** @throws whatever PostgreSQL says against it, or has said against a write that was told before */
  async ask<R>(query: Sendable): Promise<Answer<R>> {
    if (this.#begun !== undefined && !/^select\b/i.test(query.sql)) await this.#begin();
    const answer = await this.#send<R>(query).catch((error: unknown) => this.#fail(error));
    // Answers come in order: that to `BEGIN` is there.
    if (this.#begun !== undefined) await this.#begin();
    return answer;
  }

  /** Sends a write. Should it fail, the next question or the commit says so. */
  tell(query: Sendable): Soon<void> {
    if (this.#begun !== undefined) return this.#begin().then(() => this.tell(query));
    void this.#send(query);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return outcome(await this.ask<R>(query));
  }

  streamQuery = noStreams;

  /** @throws what stood against the commit, or against a write before it; nothing was kept then */
  async commit(): Promise<void> {
    const committing = this.#send({ sql: "commit", parameters: [] });
    this.#over = true;
    const { command } = await committing.catch((error: unknown) => this.#fail(error));
    if (command !== "COMMIT") await this.#fail(new Error("PostgreSQL rolled the transaction back"));
    if (this.#begun !== undefined) await this.#begin();
  }

  /** @throws when the connection can't be used any more */
  async rollback(): Promise<void> {
    this.#over = true;
    await this.#connection.send({ sql: "rollback", parameters: [] });
    await Promise.all(this.#failures);
  }

  #send<R>(query: Sendable): Promise<Answer<R>> {
    if (this.#over) throw new Error("the transaction is over");
    const answer = this.#connection.send<R>(query);
    this.#failures.push(failureOf(answer));
    return answer;
  }

  /** Without `BEGIN`, a write would be kept whatever became of the others. */
  async #begin(): Promise<void> {
    await this.#begun;
    this.#begun = undefined;
  }

  /** After a failure PostgreSQL refuses all that follows, so the first says why. */
  async #fail(error: unknown): Promise<never> {
    const failure = (await Promise.all(this.#failures)).find((one) => one !== undefined);
    throw failure?.error ?? error;
  }
}

interface Failure {
  readonly error: unknown;
}

async function failureOf(answer: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    return { error };
  }
}
