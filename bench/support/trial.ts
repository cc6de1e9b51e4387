/**
 * The yardstick for transitions: seven plain statements a step through Kysely, 64 steps a commit, on three small
 * tables. What a queue of jobs must do at least, and nothing of what a pipeline is. Nothing of Millrace's is in it: a
 * yardstick that goes through the store would grow with what it measures.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from "kysely";
import type { Rig } from "./rig.ts";

interface Trial {
  owner: { id: string; state: string };
  work: { id: string; owner: string; status: string; body: string };
  log: { id: string; owner: string; line: string };
}

const BODY = "x".repeat(600);

/** node:sqlite, durable as the store is, as Kysely's own dialect takes it; each statement is prepared once. */
function openDatabase(folder: string): SqliteDatabase {
  const database = new DatabaseSync(join(folder, "trial.db"));
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = statements.get(text) ?? prepare(database, text);
      statements.set(text, known);
      return known;
    },
  };
}

function prepare(database: DatabaseSync, text: string): SqliteStatement {
  const statement = database.prepare(text);
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}

async function prepareTrial(db: Kysely<Trial>, owners: number): Promise<string[]> {
  const ids = Array.from({ length: owners }, () => randomUUID());
  await sql`create table owner (id text primary key, state text not null)`.execute(db);
  await sql`create table work (id text primary key, owner text not null, status text not null, body text not null)`.execute(
    db,
  );
  await sql`create index work_of_owner on work (owner, status)`.execute(db);
  await sql`create table log (id text primary key, owner text not null, line text not null)`.execute(db);
  for (const id of ids) {
    await db.insertInto("owner").values({ id, state: BODY }).execute();
    await db.insertInto("work").values({ id, owner: id, status: "queued", body: BODY }).execute();
  }
  return ids;
}

/** Ends the piece of work that is queued for an owner and queues the next. */
async function trialStep(db: Kysely<Trial>, owner: string): Promise<void> {
  await db.selectFrom("owner").selectAll().where("id", "=", owner).executeTakeFirstOrThrow();
  const { id } = await db
    .selectFrom("work")
    .selectAll()
    .where("owner", "=", owner)
    .where("status", "=", "queued")
    .executeTakeFirstOrThrow();
  await db.updateTable("work").set({ status: "done" }).where("id", "=", id).execute();
  await db.updateTable("owner").set({ state: BODY }).where("id", "=", owner).execute();
  const work = { id: randomUUID(), owner, status: "queued", body: BODY };
  await db.insertInto("work").values(work).execute();
  await db.insertInto("log").values({ id: randomUUID(), owner, line: BODY }).execute();
  await db.insertInto("log").values({ id: randomUUID(), owner, line: BODY }).execute();
}

/**
 * @param stepsACommit each for an owner of its own
 * @param owners who take turns
 */
export async function trialRig(stepsACommit: number, owners: number): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-trial-"));
  const db = new Kysely<Trial>({ dialect: new SqliteDialect({ database: openDatabase(folder) }) });
  const waiting = await prepareTrial(db, owners);
  return {
    async round() {
      const next = waiting.splice(0, stepsACommit);
      waiting.push(...next);
      const begin = performance.now();
      await db.transaction().execute(async (tx) => {
        for (const owner of next) await trialStep(tx, owner);
      });
      return { done: next.length, milliseconds: performance.now() - begin };
    },
    async close() {
      await db.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
