import { expect, test } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { bareDatabase, emptyStore } from "../support/store.ts";

test("a new store is migrated and empty", async () => {
  const { place, remove } = await bareDatabase();
  const store = await openStore(place);
  expect(await store.read.selectFrom("pipeline").selectAll().execute()).toEqual([]);
  await store.close();
  await remove();
});

test("opened again, it has what was written before", async () => {
  const { place, remove } = await bareDatabase();
  const first = await openStore(place);
  await first.transaction((tx) =>
    tx.insertInto("tag").values({ resource: "r", key: "k", value: "v" }).execute(),
  );
  await first.close();
  const again = await openStore(place);
  expect(await again.read.selectFrom("tag").selectAll().execute()).toEqual([
    { resource: "r", key: "k", value: "v" },
  ]);
  await again.close();
  await remove();
});

test("servers that start together migrate once", async () => {
  const { place, remove } = await bareDatabase();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(place)));
  for (const store of stores) {
    expect(await store.read.selectFrom("job").selectAll().execute()).toEqual([]);
  }
  await Promise.all(stores.map((store) => store.close()));
  await remove();
});

test("numbers of the size of times come back as numbers", async () => {
  const store = await emptyStore();
  const timer = { id: "t", pipeline_id: "p", due: 1_790_000_000_123, timer: "{}" };
  await store.transaction((tx) => tx.insertInto("timer").values(timer).execute());
  expect(await store.read.selectFrom("timer").selectAll().execute()).toEqual([timer]);
  const { count } = await store.read
    .selectFrom("timer")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  expect(count).toBe(1);
  await store.close();
});
