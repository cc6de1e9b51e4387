/**
 * The yardstick for transitions: seven plain statements a step through Kysely, 64 steps a commit, on three small
 * tables. What a queue of jobs must do at least, and nothing of what a pipeline is.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { openStore } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import type { Rig } from "./rig.ts";

interface Trial {
  owner: { id: string; state: string };
  work: { id: string; owner: string; status: string; body: string };
  log: { id: string; owner: string; line: string };
}

const BODY = "x".repeat(600);

async function prepareTrial(store: Store, owners: number): Promise<readonly string[]> {
  const ids = Array.from({ length: owners }, () => randomUUID());
  await store.transaction(async (tx) => {
    await sql`create table owner (id text primary key, state text not null)`.execute(tx);
    await sql`create table work (id text primary key, owner text not null, status text not null, body text not null)`.execute(
      tx,
    );
    await sql`create index work_of_owner on work (owner, status)`.execute(tx);
    await sql`create table log (id text primary key, owner text not null, line text not null)`.execute(tx);
    const db = tx as unknown as Kysely<Trial>;
    for (const id of ids) {
      await db.insertInto("owner").values({ id, state: BODY }).execute();
      await db.insertInto("work").values({ id, owner: id, status: "queued", body: BODY }).execute();
    }
  });
  return ids;
}

/** Ends the piece of work that is queued for an owner and queues the next. */
async function trialStep(store: Store, owner: string): Promise<void> {
  await store.transaction(async (tx) => {
    const db = tx as unknown as Kysely<Trial>;
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
  });
}

/** @param callers how many steps are taken at once, each for an owner of its own */
export async function trialRig(callers: number): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-trial-"));
  const store = await openStore({ dataDir });
  const owners = await prepareTrial(store, callers);
  return {
    async round() {
      const begin = performance.now();
      await Promise.all(owners.map((owner) => trialStep(store, owner)));
      return { done: owners.length, milliseconds: performance.now() - begin };
    },
    async close() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
