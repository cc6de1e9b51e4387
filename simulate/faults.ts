/**
 * A process that dies at a statement of its own choosing. From that statement on nothing reaches the database but what
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

let armed: number | undefined;
let dead = false;
let commits = 0;

/** The process dies at its n-th statement from now, commits and the moments after them included. */
export function dieAt(statement: number): void {
  armed = statement;
}

/** A new process. @returns whether the old one was dead, and how many commits it had made since the last call */
export function revive(): { died: boolean; committed: number } {
  const seen = { died: dead, committed: commits };
  armed = undefined;
  dead = false;
  commits = 0;
  return seen;
}

function strike(): void {
  if (dead) throw new CrashError();
  if (armed === undefined) return;
  armed -= 1;
  if (armed > 0) return;
  dead = true;
  throw new CrashError();
}

const isRollback = (sql: string) => /^(rollback|release)/i.test(sql);

/** @param commit runs the commit itself */
function committing<T>(commit: () => T): T {
  strike();
  const outcome = commit();
  commits += 1;
  strike();
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
    return answering(sql, ask as () => Promise<unknown>);
  };
}

async function answering(sql: string, ask: () => Promise<unknown>): Promise<unknown> {
  strike();
  const outcome = await ask();
  if (sql === "commit") {
    commits += 1;
    strike();
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
