/**
 * Group commit: transactions that arrive together run one after the other, each in a savepoint of its own, and share
 * one `BEGIN IMMEDIATE … COMMIT`, and so one fsync (design decision 5).
 */
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import { committed } from "./after-commit.ts";
import type { Database, Soon, Tx } from "./store.ts";

/** Bounds how long the first of a batch waits for the last. */
const MAX_BATCH = 128;

interface Entry {
  /** Runs the work in its savepoint; rejects, with the savepoint rolled back, when the work throws. */
  run(): Promise<void>;
  /** Called once the shared commit is durable. */
  resolve(): void;
  reject(error: unknown): void;
}

export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #db: Kysely<Database>;
  #waiting: Entry[] = [];
  #working: Promise<void> | undefined;

  /** @param db on a dialect whose transactions are savepoints of `database` */
  constructor(database: DatabaseSync, db: Kysely<Database>) {
    this.#database = database;
    this.#db = db;
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
      run: () =>
        this.#db.transaction().execute(async (tx) => {
          done = { tx, value: await work(tx) };
        }),
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
    while (this.#waiting.length > 0) await this.#commitBatch();
    this.#working = undefined;
  }

  async #commitBatch(): Promise<void> {
    const kept: Entry[] = [];
    try {
      this.#database.exec("begin immediate");
    } catch (error) {
      for (const entry of this.#waiting.splice(0)) entry.reject(error);
      return;
    }
    try {
      for (let count = 0; count < MAX_BATCH; count++) {
        const entry = this.#waiting.shift();
        if (entry === undefined) break;
        await this.#runOne(entry, kept);
      }
      this.#database.exec("commit");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("rollback");
      for (const entry of kept) entry.reject(error);
      return;
    }
    for (const entry of kept) entry.resolve();
  }

  async #runOne(entry: Entry, kept: Entry[]): Promise<void> {
    try {
      await entry.run();
      kept.push(entry);
    } catch (error) {
      entry.reject(error);
      // A full disk or a failed write can make SQLite roll the whole batch back by itself.
      if (!this.#database.isTransaction) throw error;
    }
  }
}
