/**
 * A statement that fails, and, mostly, a process that dies of it. From then on nothing reaches the database but what
 * the database does by itself when a connection breaks: rolling back. What was committed stays, whether or not it was
 * answered.
 */
import { DatabaseSync, StatementSync } from "node:sqlite";
import pg from "pg";

export class CrashError extends Error {
  constructor() {
    super("the process died here");
    this.name = "CrashError";
  }
}

let armed: { statement: number; readonly deadly: boolean } | undefined;
let dead = false;
let commits = 0;

export interface Fault {
  /** The n-th statement from now, commits and the moments after them included. */
  readonly statement: number;
  /** Whether the process dies of it; else the database alone says no, and the process goes on with what it remembers. */
  readonly deadly: boolean;
}

export function arm(fault: Fault): void {
  armed = { ...fault };
}

export interface Struck {
  readonly died: boolean;
  /** Commits since the last call. */
  readonly committed: number;
}

/** Takes the fault away. @returns what it did */
export function revive(): Struck {
  const struck = { died: dead, committed: commits };
  armed = undefined;
  dead = false;
  commits = 0;
  return struck;
}

/** @param after whether the statement has been done already: the database can't refuse it any more */
function strike(after = false): void {
  if (dead) throw new CrashError();
  if (armed === undefined || (after && !armed.deadly)) return;
  armed.statement -= 1;
  if (armed.statement > 0) return;
  dead = armed.deadly;
  armed = undefined;
  throw new CrashError();
}

const isRollback = (sql: string) => /^(rollback|release)/i.test(sql);

/** @param commit runs the commit itself */
function committing<T>(commit: () => T): T {
  strike();
  const outcome = commit();
  commits += 1;
  strike(true);
  return outcome;
}

/** Puts the fault before every statement of both databases' clients, once for the whole process. */
export function installFaults(): void {
  for (const method of ["run", "all"] as const) {
    const genuine = StatementSync.prototype[method] as (...values: unknown[]) => unknown;
    (StatementSync.prototype[method] as unknown) = function run(this: StatementSync, ...values: unknown[]) {
      if (!(dead && isRollback(this.sourceSQL))) strike();
      return genuine.apply(this, values);
    };
  }
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function run(this: DatabaseSync, sql: string) {
    if (sql === "commit") return committing(() => exec.call(this, sql));
    if (!isRollback(sql)) strike();
    return exec.call(this, sql);
  };
  const query = pg.Client.prototype.query as (...values: unknown[]) => unknown;
  (pg.Client.prototype.query as unknown) = function run(this: pg.Client, ...values: unknown[]) {
    const [first] = values;
    const sql = typeof first === "string" ? first : String((first as { text?: string }).text);
    const ask = () => query.apply(this, values);
    if (isRollback(sql)) return ask();
    const callback = values.at(-1);
    // The pool's own way to ask, for what belongs to no transaction.
    if (typeof callback === "function") return struck((error) => callback(error)) ? undefined : ask();
    const refuse = () => query.call(this, "refused by the simulation") as Promise<unknown>;
    if (!(first instanceof pg.Query)) return answering(ask as () => Promise<Outcome>, refuse);
    strikeQuery(first as unknown as Told, ask, refuse);
  };
}

/** A query of pg's, whose callback is told how it ended. */
interface Told {
  callback(error: unknown, outcome?: Outcome): void;
}

interface Outcome {
  readonly command?: string;
}

function strikeQuery(asked: Told, ask: () => unknown, refuse: () => Promise<unknown>): void {
  const tell = asked.callback;
  const answered = () =>
    new Promise<Outcome>((resolve, reject) => {
      asked.callback = (error, outcome) => (error ? reject(error) : resolve(outcome ?? {}));
      ask();
    });
  answering(answered, refuse).then(
    (outcome) => tell(undefined, outcome),
    (error) => tell(error),
  );
}

/** @param refuse asks for what PostgreSQL itself refuses: only that ends the transaction for what was sent after it */
async function answering(ask: () => Promise<Outcome>, refuse: () => Promise<unknown>): Promise<Outcome> {
  try {
    strike();
  } catch (error) {
    if (!dead) refuse().catch(() => undefined);
    throw error;
  }
  const outcome = await ask();
  if (outcome.command === "COMMIT") {
    commits += 1;
    strike(true);
  }
  return outcome;
}

/** @returns whether the process is dead, or died at this; then `tell` has been told */
function struck(tell: (error: unknown) => void): boolean {
  try {
    strike();
    return false;
  } catch (error) {
    tell(error);
    return true;
  }
}
