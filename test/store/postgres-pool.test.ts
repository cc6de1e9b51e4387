import type pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Connections, connections, openPool } from "../../src/core/store/postgres-pool.ts";
import { type EmptyDatabase, emptyDatabase } from "../support/store.ts";
import { doorTo } from "./door.ts";

const onPostgres = test.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres");

let database: EmptyDatabase;
let databaseUrl: string;
beforeEach(async () => {
  database = await emptyDatabase();
  databaseUrl = (database.place as { databaseUrl: string }).databaseUrl;
});
afterEach(() => database.remove());

async function ask({ take }: Connections): Promise<void> {
  const client = await take();
  await client.query("select 1");
  client.release();
}

onPostgres(
  "while one is being opened, the others that want a connection share the one that is there",
  async () => {
    const held = Promise.withResolvers<() => void>();
    let arrived = 0;
    await using door = await doorTo(databaseUrl, (_socket, letThrough) => {
      arrived += 1;
      if (arrived === 2) held.resolve(letThrough);
      else letThrough();
    });
    const pool = connections(openPool(door.url));
    const first = await pool.take();
    const opener = ask(pool);
    const others = Promise.all(Array.from({ length: 20 }, () => ask(pool)));
    const letSecondThrough = await held.promise;
    first.release();
    await others;
    expect(arrived).toBe(2);
    letSecondThrough();
    await opener;
    expect(arrived).toBe(2);
    await pool.close();
  },
);

onPostgres("whoever holds connections and wants another gets it, up to 16; then one given back", async () => {
  const pool = connections(openPool(databaseUrl));
  const clients: pg.PoolClient[] = [];
  await Promise.all(Array.from({ length: 16 }, async () => void clients.push(await pool.take())));
  expect(new Set(clients).size).toBe(16);
  const [last, ...others] = clients;
  const wanted = [pool.take(), pool.take()];
  last?.release();
  expect(await wanted[0]).toBe(last);
  last?.release();
  expect(await wanted[1]).toBe(last);
  for (const client of [last, ...others]) client?.release();
  await pool.close();
});

onPostgres("where none can be opened all who wait are told so, and the next is tried anew", async () => {
  let isShut = true;
  let arrived = 0;
  await using door = await doorTo(databaseUrl, (socket, letThrough) => {
    arrived += 1;
    if (isShut) socket.destroy();
    else letThrough();
  });
  const pool = connections(openPool(door.url));
  const asked = await Promise.allSettled([ask(pool), ask(pool), ask(pool)]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(arrived).toBe(1);
  isShut = false;
  await ask(pool);
  await pool.close();
});

onPostgres(
  "where one more can't be opened only one is told so, and the others get what is there",
  async () => {
    let arrived = 0;
    await using door = await doorTo(databaseUrl, (socket, letThrough) => {
      arrived += 1;
      if (arrived === 2) socket.destroy();
      else letThrough();
    });
    const pool = connections(openPool(door.url));
    const first = await pool.take();
    const asked = Promise.allSettled(Array.from({ length: 10 }, () => ask(pool)));
    await vi.waitFor(() => expect(arrived).toBeGreaterThan(2), { timeout: 20_000 });
    first.release();
    expect((await asked).filter(({ status }) => status === "rejected")).toHaveLength(1);
    await pool.close();
  },
);

onPostgres("one that is never answered is given up, and the next is tried", async () => {
  let arrived = 0;
  const silent = Promise.withResolvers<void>();
  await using door = await doorTo(databaseUrl, (_socket, letThrough) => {
    arrived += 1;
    if (arrived === 2) silent.resolve();
    else letThrough();
  });
  const pool = connections(openPool(door.url));
  const first = await pool.take();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const asked = Promise.allSettled([ask(pool), ask(pool)]);
  await silent.promise;
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  expect((await asked).map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  first.release();
  await pool.close();
});

onPostgres("who waits for one of 16 gets a new one when another breaks", async () => {
  const pool = connections(openPool(databaseUrl));
  const clients = await Promise.all(Array.from({ length: 16 }, () => pool.take()));
  const wanted = pool.take();
  const [broken, ...others] = clients;
  broken?.release(true);
  expect(clients).not.toContain(await wanted);
  for (const client of [await wanted, ...others]) client.release();
  await pool.close();
});

onPostgres("closing answers those who wait, then ends", async () => {
  const pool = connections(openPool(databaseUrl));
  const asked = Array.from({ length: 40 }, () => ask(pool));
  await pool.close();
  await Promise.all(asked);
  await expect(pool.take()).rejects.toThrow("after calling end");
});
