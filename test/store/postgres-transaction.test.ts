import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { PostgresConnection } from "../../src/core/store/postgres-connection.ts";
import { Plans } from "../../src/core/store/postgres-plans.ts";
import { PostgresTransaction } from "../../src/core/store/postgres-transaction.ts";
import { insertInto, single, writing } from "../../src/core/store/statement.ts";
import type { Store, Tx } from "../../src/core/store/store.ts";
import { type EmptyDatabase, emptyDatabase } from "../support/store.ts";

const onPostgres = test.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres");

let database: EmptyDatabase;
let store: Store;
beforeEach(async () => {
  database = await emptyDatabase();
  store = await openStore(database.place);
});
afterEach(async () => {
  await store.close();
  await database.remove();
});

const insertTags = insertInto("tag");
const row = (key: string, value = "v") => ({ resource: "r", key, value });
const put = (tx: Tx, key: string) => insertTags(tx, [row(key)]);
const change = writing<{ key: string; value: string }>((db, given) =>
  db.updateTable("tag").set({ value: given.value }).where("key", "=", given.key),
);
const valueAt = single<{ key: string }, { value: string }>((db, given) =>
  db.selectFrom("tag").select("value").where("key", "=", given.key),
);
const keys = async () =>
  (await store.read.selectFrom("tag").select("key").orderBy("key").execute()).map(({ key }) => key);
const backend = async (tx: Tx) =>
  (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)).rows[0]?.pid;

async function listeners(): Promise<number> {
  const { rows } = await sql`select pid from pg_stat_activity
    where datname = current_database() and query like 'listen%'`.execute(store.read);
  return rows.length;
}

async function ownConnection() {
  const { databaseUrl } = database.place as { databaseUrl: string };
  const pool = new pg.Pool({ connectionString: databaseUrl, pipeline: true });
  return { pool, connection: new PostgresConnection(await pool.connect(), new Plans()) };
}

onPostgres("a write isn't waited for, the transaction's next question is", async () => {
  await store.transaction((tx) => insertTags(tx, [row("held"), row("free")]));
  const written = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const holder = store.transaction(async (tx) => {
    await change(tx, { key: "held", value: "first" });
    await valueAt(tx, { key: "held" });
    held.resolve();
    await goOn.promise;
  });
  await held.promise;
  const waiter = store.transaction(async (tx) => {
    await valueAt(tx, { key: "free" });
    await change(tx, { key: "held", value: "second" });
    written.resolve();
    return valueAt(tx, { key: "held" });
  });
  await written.promise;
  expect(await valueAt(store.read, { key: "held" })).toEqual({ value: "v" });
  goOn.resolve();
  await holder;
  expect(await waiter).toEqual({ value: "second" });
});

onPostgres(
  "a write that fails makes the commit fail with what PostgreSQL said, and nothing is kept",
  async () => {
    await store.transaction((tx) => put(tx, "there"));
    const transaction = store.transaction(async (tx) => {
      await put(tx, "before");
      await put(tx, "there");
      await put(tx, "after");
      return "done";
    });
    await expect(transaction).rejects.toMatchObject({ code: "23505" });
    expect(await keys()).toEqual(["there"]);
  },
);

onPostgres("a question after a write that failed says why that failed", async () => {
  await store.transaction((tx) => put(tx, "there"));
  let asked: unknown;
  const transaction = store.transaction(async (tx) => {
    await put(tx, "there");
    asked = await Promise.resolve(valueAt(tx, { key: "there" })).catch((error: unknown) => error);
  });
  await expect(transaction).rejects.toMatchObject({ code: "23505" });
  expect(asked).toMatchObject({ code: "23505" });
});

onPostgres("of questions that are sent together, the first that failed says why", async () => {
  const { pool, connection } = await ownConnection();
  const transaction = new PostgresTransaction({
    send: (query) =>
      connection.send(query).catch(async (error: { code: string }) => {
        if (error.code === "22012") await setImmediate();
        throw error;
      }),
  } as PostgresConnection);
  const asked = ["select 1 / 0", "select 1"].map((text) => transaction.ask({ sql: text, parameters: [] }));
  await expect(Promise.any(asked)).rejects.toMatchObject({ errors: [{ code: "22012" }, { code: "22012" }] });
  await transaction.rollback();
  connection.release();
  await pool.end();
});

onPostgres("a question whose failure was caught keeps its transaction from being kept", async () => {
  await store.transaction((tx) => put(tx, "there"));
  const transaction = store.transaction(async (tx) => {
    await put(tx, "before");
    await tx
      .insertInto("tag")
      .values(row("there"))
      .execute()
      .catch(() => undefined);
  });
  await expect(transaction).rejects.toMatchObject({ code: "23505" });
  expect(await keys()).toEqual(["there"]);
});

onPostgres("writes that lock each other out are tried again", async () => {
  await store.transaction((tx) => insertTags(tx, [row("a"), row("b")]));
  let runs = 0;
  const both = Promise.withResolvers<void>();
  let arrived = 0;
  const crossing = (first: string, second: string) =>
    store.transaction(async (tx) => {
      runs += 1;
      await change(tx, { key: first, value: first });
      await valueAt(tx, { key: first });
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
      await change(tx, { key: second, value: first });
    });
  await Promise.all([crossing("a", "b"), crossing("b", "a")]);
  expect(runs).toBe(3);
  const values = [await valueAt(store.read, { key: "a" }), await valueAt(store.read, { key: "b" })];
  expect([
    [{ value: "a" }, { value: "a" }],
    [{ value: "b" }, { value: "b" }],
  ]).toContainEqual(values);
});

onPostgres("without its BEGIN a transaction writes nothing", async () => {
  const { pool, connection } = await ownConnection();
  const refused = (): PostgresTransaction =>
    new PostgresTransaction({
      send: (query) => connection.send(query.sql === "begin" ? { ...query, sql: "begin nonsense" } : query),
    } as PostgresConnection);
  const insert = (key: string) => ({
    sql: "insert into tag (resource, key, value) values ($1, $2, $3)",
    parameters: ["r", key, "v"],
  });

  await expect(async () => refused().tell(insert("told"))).rejects.toMatchObject({ code: "42601" });
  await expect(refused().ask(insert("asked"))).rejects.toMatchObject({ code: "42601" });
  await expect(refused().ask({ sql: "select 1", parameters: [] })).rejects.toMatchObject({ code: "42601" });
  await expect(refused().commit()).rejects.toMatchObject({ code: "42601" });
  connection.release();
  await pool.end();
  expect(await keys()).toEqual([]);
});

onPostgres("a transaction that is over takes no more statements", async () => {
  let late: Tx | undefined;
  await store.transaction(async (tx) => {
    late = tx;
    await put(tx, "in time");
  });
  expect(() => put(late as Tx, "late")).toThrow("the transaction is over");
  await expect((late as Tx).selectFrom("tag").selectAll().execute()).rejects.toThrow(
    "the transaction is over",
  );
  expect(await keys()).toEqual(["in time"]);
});

onPostgres("a connection that breaks fails its transaction alone", async () => {
  const transaction = store.transaction(async (tx) => {
    await put(tx, "lost");
    const pid = await backend(tx);
    await sql`select pg_terminate_backend(${pid}, 5000)`.execute(store.read);
    await put(tx, "lost too");
  });
  await expect(transaction).rejects.toThrow();
  await store.transaction((tx) => put(tx, "kept"));
  expect(await keys()).toEqual(["kept"]);
});

onPostgres("a transaction that waits for a connection when the store is closed has its turn", async () => {
  const closing = await openStore(database.place);
  const goOn = Promise.withResolvers<void>();
  const holders = Array.from({ length: 16 }, (_, index) =>
    closing.transaction(async (tx) => {
      await put(tx, `holder ${String(index).padStart(2, "0")}`);
      await goOn.promise;
    }),
  );
  const waiter = closing.transaction((tx) => put(tx, "waiter"));
  const closed = closing.close();
  // Its listener is the first to go.
  await expect.poll(listeners).toBe(1);
  await setImmediate();
  goOn.resolve();
  await Promise.all([...holders, waiter, closed]);
  expect(await keys()).toHaveLength(17);
});
