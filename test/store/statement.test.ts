import { afterEach, beforeEach, expect, test } from "vitest";
import { insertInto, numbering, statement } from "../../src/core/store/statement.ts";
import type { Store } from "../../src/core/store/store.ts";
import type { TagRow } from "../../src/core/store/tables/pipelines.ts";
import { emptyStore } from "../support/store.ts";

let store: Store;
beforeEach(async () => {
  store = await emptyStore();
});
afterEach(() => store.close());

const insertTags = insertInto("tag");
const tagsBetween = statement<{ from: string; to: string; resource: string }, TagRow>((db, given) =>
  db
    .selectFrom("tag")
    .selectAll()
    .where("key", ">=", given.from)
    .where("key", "<", given.to)
    .where("resource", "=", given.resource)
    .where("value", "=", "v")
    .orderBy("key"),
);
const row = (key: string, value = "v") => ({ resource: "r", key, value });

test("each run fills the places of a statement by name; what is written in stays", async () => {
  await store.transaction((tx) => insertTags(tx, [row("a"), row("b", "other"), row("c"), row("d")]));
  expect(await tagsBetween(store.read, { from: "a", to: "d", resource: "r" })).toEqual([row("a"), row("c")]);
  expect(await tagsBetween(store.read, { resource: "r", to: "e", from: "d" })).toEqual([row("d")]);
  expect(await tagsBetween(store.read, { from: "a", to: "z", resource: "'; drop table tag" })).toEqual([]);
});

test("any number of rows goes in whole, in order", async () => {
  for (const count of [0, 1, 2, 50, 51, 130]) {
    const rows = Array.from({ length: count }, (_, index) =>
      row(`${count}/${String(index).padStart(3, "0")}`),
    );
    await store.transaction((tx) => insertTags(tx, rows));
    const kept = await store.read
      .selectFrom("tag")
      .selectAll()
      .where("key", "like", `${count}/%`)
      .orderBy("key")
      .execute();
    expect(kept).toEqual(rows);
  }
});

test("a value that no database keeps fails its transaction, and nothing is kept of that", async () => {
  const itself: { self?: unknown } = {};
  itself.self = itself;
  const odd = store.transaction(async (tx) => {
    await insertTags(tx, [row("before")]);
    await insertTags(tx, [row("odd", itself as string)]);
    await insertTags(tx, [row("after")]);
  });
  await expect(odd).rejects.toThrow(TypeError);
  expect(await store.read.selectFrom("tag").selectAll().execute()).toEqual([]);
});

const newest = statement<{ most: number }, TagRow>((db, given) =>
  db.selectFrom("tag").selectAll().orderBy("key", "desc").limit(given.most),
);

test("each run says how many rows it wants", async () => {
  await store.transaction((tx) => insertTags(tx, [row("a"), row("b"), row("c")]));
  for (const most of [2, 1, 0, 5]) expect(await newest(store.read, { most })).toHaveLength(Math.min(most, 3));
});

const insertCommand = numbering<{ record: string }, "command">("position", (db, given) =>
  db.insertInto("command").values({ pipeline_id: "p", previous: 0, record: given.record }),
);

test("an insert tells the key that the database has given its row", async () => {
  const keys: number[] = [];
  for (const record of ["a", "b", "c"]) {
    await store.transaction((tx) => insertTags(tx, [row(record)]));
    keys.push(await store.transaction((tx) => insertCommand(tx, { record })));
  }
  const rows = await store.read
    .selectFrom("command")
    .select(["position", "record"])
    .orderBy("position")
    .execute();
  expect(rows.map(({ position }) => position)).toEqual(keys);
  expect(rows.map(({ record }) => record)).toEqual(["a", "b", "c"]);
});

test("one statement serves several databases", async () => {
  const other = await emptyStore();
  await other.transaction((tx) => insertTags(tx, [row("there")]));
  await store.transaction((tx) => insertTags(tx, [row("here")]));
  const all = { from: "", to: "~", resource: "r" };
  expect(await tagsBetween(store.read, all)).toEqual([row("here")]);
  expect(await tagsBetween(other.read, all)).toEqual([row("there")]);
  await other.close();
});
