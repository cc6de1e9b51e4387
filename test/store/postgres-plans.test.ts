import { hash } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { insertInto, statement } from "../../src/core/store/statement.ts";
import type { Reader, Store } from "../../src/core/store/store.ts";
import type { TagRow } from "../../src/core/store/tables/pipelines.ts";
import { emptyStore } from "../support/store.ts";

const onPostgres = test.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres");

let store: Store;
beforeEach(async () => {
  store = await emptyStore();
});
afterEach(() => store.close());

const insertTags = insertInto("tag");
const tagsOf = statement<{ resource: string }, TagRow>((db, given) =>
  db.selectFrom("tag").selectAll().where("resource", "=", given.resource),
);
/** Runs after which a statement still has no name. */
const SELDOM = 10;
const row = { resource: "r", key: "k", value: "v" };

const plansOfTags = async (db: Reader) => {
  const { rows } = await sql<{ name: string; statement: string; plans: number }>`
    select name, statement, generic_plans + custom_plans as plans
    from pg_prepared_statements where statement like 'select%"tag"%'`.execute(db);
  return rows;
};

onPostgres("a statement that comes often is planned once for each connection", async () => {
  const plans = await store.transaction(async (tx) => {
    for (let run = 0; run < SELDOM; run++) await tagsOf(tx, row);
    const before = await plansOfTags(tx);
    for (let run = 0; run < 3; run++) await tagsOf(tx, row);
    return { before, after: (await plansOfTags(tx)).map(({ plans }) => ({ plans })) };
  });
  expect(plans).toEqual({ before: [], after: [{ plans: 3 }] });
});

onPostgres("a plan's name tells its text, so that no server means another by it", async () => {
  const plans = await store.transaction(async (tx) => {
    for (let run = 0; run <= SELDOM; run++) await tagsOf(tx, row);
    return plansOfTags(tx);
  });
  expect(plans.map(({ name }) => name)).toEqual(
    plans.map(({ statement: text }) => `millrace_${hash("sha256", text, "base64url")}`),
  );
  expect(plans).toHaveLength(1);
});

onPostgres("a server goes on when a newer one changes a table under its plans", async () => {
  await store.transaction((tx) => insertTags(tx, [row]));
  const both = async () => [
    await tagsOf(store.read, row),
    await store.transaction(async (tx) => {
      await insertTags(tx, [{ ...row, key: "k2" }]);
      return tagsOf(tx, row);
    }),
  ];
  for (let run = 0; run < SELDOM; run++) {
    await both();
    await sql`delete from tag where key = 'k2'`.execute(store.read);
  }
  expect(await store.transaction(plansOfTags)).toHaveLength(1);
  await sql`alter table tag add column note text`.execute(store.read);

  const noted = { ...row, note: null };
  expect(await both()).toEqual([[noted], [noted, { ...noted, key: "k2" }]]);
});

const askOften = async (of: Store) => {
  for (let run = 0; run <= SELDOM; run++) {
    expect(await tagsOf(of.read, row)).toEqual([]);
    expect(await of.transaction((tx) => tagsOf(tx, row))).toEqual([]);
  }
};

onPostgres("a server goes on when a pooler lends it a connection that has none of its plans", async () => {
  await askOften(store);
  await sql`deallocate all`.execute(store.read);
  await askOften(store);
});

onPostgres("a server goes on when a pooler lends it a connection that has such a plan already", async () => {
  await askOften(store);
  const plans = await plansOfTags(store.read);
  await using stack = new AsyncDisposableStack();
  const other = stack.adopt(await emptyStore(), (opened) => opened.close());
  for (const { name, statement: text } of plans)
    await sql`prepare ${sql.id(name)} as ${sql.raw(text)}`.execute(other.read);
  expect(plans).toHaveLength(1);
  await askOften(other);
});

onPostgres("a transaction that failed before its statements were read costs no plans", async () => {
  for (let run = 0; run < SELDOM; run++) await tagsOf(store.read, row);
  const failing = store.transaction(async (tx) => {
    await insertTags(tx, [row]);
    await insertTags(tx, [row]);
    // The first of them would have its plan made, had nothing failed; the second counts on it.
    await Promise.all([tagsOf(tx, row), tagsOf(tx, row)]);
  });
  await expect(failing).rejects.toMatchObject({ code: "23505" });
  const plans = await store.transaction(async (tx) => {
    await tagsOf(tx, row);
    return plansOfTags(tx);
  });
  expect(plans).toHaveLength(1);
});
