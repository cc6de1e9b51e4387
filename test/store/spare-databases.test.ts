/** What tests find in a database of PostgreSQL that another test has used. */
import pg from "pg";
import { expect, inject, test } from "vitest";
import { takeDatabase } from "../support/spare-databases.ts";

const onPostgres = test.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres");

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const take = () => takeDatabase(inject("postgresUrl"));

onPostgres("it is emptied, and taken by one test, even if it was given back twice", async () => {
  const first = await take();
  await run(first.url, "insert into tag values ('r', 'k', 'v')");
  await run(first.url, "select nextval('event_position_seq'); update event_pruning set position = 9");
  await first.giveBack();
  await first.giveBack();
  const [second, third] = [await take(), await take()];
  expect(second.url).toBe(first.url);
  expect(third.url).not.toBe(first.url);
  expect(await run(second.url, "select * from tag")).toEqual([]);
  expect(await run(second.url, "select position::int from event_pruning")).toEqual([{ position: 0 }]);
  expect(await run(second.url, "select nextval('event_position_seq')::int as next")).toEqual([{ next: 1 }]);
  await Promise.all([second.giveBack(), third.giveBack()]);
});

for (const [what, sql] of [
  ["a column is gone", "alter table tag drop column value"],
  ["there is another column", "alter table tag add column note text"],
  ["a table is gone", "drop table tag"],
  [
    "all connections were ended",
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  ],
] as const)
  onPostgres(`it isn't taken again where ${what}`, async () => {
    const used = await take();
    await run(used.url, sql);
    await used.giveBack();
    const next = await take();
    expect(next.url).not.toBe(used.url);
    await expect(run(used.url, "select 1")).rejects.toThrow("does not exist");
    await next.giveBack();
  });
