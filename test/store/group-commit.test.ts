import { DatabaseSync } from "node:sqlite";
import { type Kysely, sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { afterCommit } from "../../src/core/store/after-commit.ts";
import { GroupCommit } from "../../src/core/store/sqlite-group-commit.ts";
import { writing } from "../../src/core/store/statement.ts";
import type { Tx } from "../../src/core/store/store.ts";

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
  commits = new GroupCommit(database);
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

test("one that fails before it has changed anything disturbs nobody", async () => {
  const outcomes = await Promise.allSettled([
    commits.transaction(child(1, null)),
    commits.transaction(async (tx) => {
      await sql`select 1`.execute(tx);
      throw new Error("no");
    }),
    commits.transaction(child(3, null)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(statements).toEqual(["begin immediate", "commit"]);
});

test("one that fails after a change takes back its own alone: those before it run again without it", async () => {
  const runs: number[] = [];
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4].map((id) =>
      commits.transaction(async (tx) => {
        runs.push(id);
        await child(id, null)(tx);
        if (id === 3) throw new Error("no three");
        return runs.length;
      }),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(runs).toEqual([1, 2, 3, 1, 2, 3, 4]);
  expect(outcomes[0]).toMatchObject({ value: 4 });
  expect(database.prepare("select id from child order by id").all()).toMatchObject([
    { id: 1 },
    { id: 2 },
    { id: 4 },
  ]);
});

test("works that are over at once, or fail at once, are committed and undone as others are", async () => {
  const insert = writing<{ id: number }>((db, { id }) =>
    (db as unknown as Kysely<{ child: { id: number } }>).insertInto("child").values({ id }),
  );
  const atOnce = (id: number) => (tx: Tx) => insert(tx, { id });
  const fails = () => {
    throw new Error("no");
  };
  const outcomes = await Promise.allSettled(
    [
      atOnce(1),
      fails,
      (tx: Tx) => {
        insert(tx, { id: 2 });
        fails();
      },
      child(3, null),
      atOnce(3),
      atOnce(4),
    ].map((work) => commits.transaction<unknown>(work)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(database.prepare("select id from child order by id").all()).toMatchObject(
    [1, 3, 4].map((id) => ({ id })),
  );
});

test("what waits for the commit happens once, however often its transaction ran", async () => {
  const hooks: string[] = [];
  await Promise.allSettled([
    commits.transaction(async (tx) => {
      await child(1, null)(tx);
      afterCommit(tx, () => hooks.push("one"));
    }),
    commits.transaction(async (tx) => {
      await child(2, null)(tx);
      afterCommit(tx, () => hooks.push("two"));
      throw new Error("no two");
    }),
  ]);
  expect(hooks).toEqual(["one"]);
});

test("however many fail, the others are kept, in order of arrival", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, id) =>
      commits.transaction(async (tx) => {
        await child(id, null)(tx);
        if (id % 3 === 0) throw new Error(`no ${id}`);
      }),
    ),
  );
  expect(outcomes.map(({ status }) => status === "rejected")).toEqual(
    Array.from({ length: 40 }, (_, id) => id % 3 === 0),
  );
  expect(count()).toBe(26);
});

test("when the database gives up the whole batch by itself, it alone is to blame at which that happened", async () => {
  const outcomes = await Promise.allSettled([
    commits.transaction(child(1, null)),
    commits.transaction(async (tx) => {
      await sql`insert or rollback into child values (1, null)`.execute(tx);
    }),
    commits.transaction(child(3, null)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(count()).toBe(2);
});

test("nor is who doesn't mind that told of success", async () => {
  const outcomes = await Promise.allSettled([
    commits.transaction(child(1, null)),
    commits.transaction((tx) =>
      sql`insert or rollback into child values (1, null)`.execute(tx).catch(() => undefined),
    ),
    commits.transaction(child(3, null)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(count()).toBe(2);
});
