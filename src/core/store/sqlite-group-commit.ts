/**
 * Group commit: transactions that arrive together run one after the other and share one `BEGIN IMMEDIATE … COMMIT`, and
 * so one fsync (design decision 5). None has a savepoint, which would copy every page that it changes: where one fails
 * that has changed something, the whole batch is undone, and the others run again without it.
 */
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { committed } from "./after-commit.ts";
import { soon } from "./soon.ts";
import { SqliteConnection, transactionsOn } from "./sqlite-dialect.ts";
import type { Soon, Tx } from "./store.ts";

/** Bounds how long the first of a batch waits for the last. */
const MAX_BATCH = 128;

interface Entry {
  /** Runs the work, from the start if it ran before; fails when the work does. */
  run(): Soon<void>;
  /** Called once the shared commit is durable. */
  resolve(): void;
  reject(error: unknown): void;
}

export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #connection: SqliteConnection;
  readonly #begin: () => Tx;
  #waiting: Entry[] = [];
  #working: Promise<void> | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#connection = new SqliteConnection(database);
    this.#begin = transactionsOn(this.#connection);
  }

  transaction<T>(work: (tx: Tx) => Soon<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(this.#entry(work, resolve, reject));
      this.#working ??= this.#drain();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#working;
  }

  #entry<T>(work: (tx: Tx) => Soon<T>, resolve: (value: T) => void, reject: (e: unknown) => void): Entry {
    let done: { tx: Tx; value: T } | undefined;
    return {
      run: () => {
        const tx = this.#begin();
        return soon(work(tx), (value) => {
          done = { tx, value };
        });
      },
      resolve() {
        if (done === undefined) throw new Error("a transaction that did not run cannot be committed");
        committed(done.tx);
        resolve(done.value);
      },
      reject,
    };
  }

  async #drain(): Promise<void> {
    // Whoever arrives in the same turn of the event loop joins the first batch.
    await setImmediate();
    let most = MAX_BATCH;
    while (this.#waiting.length > 0) most = await this.#commitBatch(most);
    this.#working = undefined;
  }

  /** @returns how many the next batch may have */
  async #commitBatch(most: number): Promise<number> {
    const done: Entry[] = [];
    try {
      this.#database.exec("begin immediate");
    } catch (error) {
      for (const entry of this.#waiting.splice(0)) entry.reject(error);
      return MAX_BATCH;
    }
    try {
      for (let count = 0; count < most; count++) {
        const entry = this.#waiting.shift();
        if (entry === undefined) break;
        if (!(await this.#runOne(entry, done))) return done.length || MAX_BATCH;
      }
      this.#database.exec("commit");
    } catch (error) {
      this.#rollBack();
      for (const entry of done) entry.reject(error);
      return MAX_BATCH;
    }
    for (const entry of done) entry.resolve();
    return MAX_BATCH;
  }

  /** @returns whether the batch goes on; else it was rolled back, and all of it waits again */
  async #runOne(entry: Entry, done: Entry[]): Promise<boolean> {
    const { changes } = this.#connection;
    try {
      const running = entry.run();
      // Mostly it is over already.
      if (running instanceof Promise) await running;
      // A full disk or a failed write can make SQLite roll the whole batch back by itself.
      if (!this.#database.isTransaction) throw new Error("the database rolled the transaction back");
      done.push(entry);
      return true;
    } catch (error) {
      const untouched = this.#connection.changes === changes && this.#database.isTransaction;
      if (!untouched) this.#rollBack();
      if (untouched || done.length === 0) entry.reject(error);
      // The next batch is of those before it alone. It is the first of the one after that, where nobody is in its way.
      else this.#waiting.unshift(...done, entry);
      return untouched;
    }
  }

  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec("rollback");
  }
}
