import { expect, test } from "vitest";
import { emptyStore } from "../support/store.ts";

test("a new store is migrated and empty", async () => {
  const store = await emptyStore();
  expect(await store.read.selectFrom("pipeline").selectAll().execute()).toEqual([]);
  await store.close();
});
