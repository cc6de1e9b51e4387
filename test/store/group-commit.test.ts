import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqliteDialect } from "../../src/core/store/sqlite-dialect.ts";
import { GroupCommit } from "../../src/core/store/sqlite-group-commit.ts";
import type { Database, Tx } from "../../src/core/store/store.ts";

let database: DatabaseSync;
let commits: GroupCommit;
let statements: string[];

beforeEach(() => {
  database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: true });
  database.exec(`create table parent (id integer primary key);
    create table child (id integer primary key, parent integer references parent deferrable initially deferred)`);
  statements = [];
  const exec = database.exec.bind(database);
  database.exec = (text) => {
    statements.push(text);
    exec(text);
  };
  commits = new GroupCommit(database, new Kysely<Database>({ dialect: sqliteDialect(database) }));
});
afterEach(() => database.close());

const child = (id: number, parent: number | null) => (tx: Tx) =>
  sql`insert into child values (${id}, ${parent})`.execute(tx);
const count = () => Object.values(database.prepare("select count(*) from child").get() ?? {})[0];

test("transactions that arrive together share one commit", async () => {
  await Promise.all(Array.from({ length: 64 }, (_, id) => commits.transaction(child(id, null))));
  expect(statements).toEqual(["begin immediate", "commit"]);
  expect(count()).toBe(64);
});

test("a long queue is committed in batches, so that the first don't wait for the last", async () => {
  await Promise.all(Array.from({ length: 300 }, (_, id) => commits.transaction(child(id, null))));
  expect(statements.filter((text) => text === "commit")).toHaveLength(3);
  expect(count()).toBe(300);
});

test("they run one after the other, in order of arrival", async () => {
  const order: string[] = [];
  const work = (name: string) => async (tx: Tx) => {
    order.push(`${name} begins`);
    await sql`select 1`.execute(tx);
    await sql`select 2`.execute(tx);
    order.push(`${name} ends`);
  };
  await Promise.all([commits.transaction(work("a")), commits.transaction(work("b"))]);
  expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

test("a commit that fails rejects every transaction of it and keeps nothing", async () => {
  const outcomes = await Promise.allSettled([
    commits.transaction(child(1, null)),
    commits.transaction(child(2, 99)),
    commits.transaction(child(3, null)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(count()).toBe(0);
});

test("after a failed commit the next one works", async () => {
  await expect(commits.transaction(child(2, 99))).rejects.toThrow(/FOREIGN KEY/);
  await commits.transaction(child(1, null));
  expect(count()).toBe(1);
});

test("when the database gives up the whole batch by itself, nobody of it is told of success", async () => {
  const outcomes = await Promise.allSettled([
    commits.transaction(child(1, null)),
    commits.transaction(async (tx) => {
      await sql`insert or rollback into child values (1, null)`.execute(tx);
    }),
    commits.transaction(child(3, null)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  expect(count()).toBe(1);
});
