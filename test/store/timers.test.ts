import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../src/core/store/store.ts";
import { dueTimers, replaceTimers } from "../../src/core/store/timers.ts";
import { emptyStore } from "../support/store.ts";

let store: Store;
beforeEach(async () => {
  store = await emptyStore();
});
afterEach(() => store.close());

const timer = (id: string, due: number) => ({ id, pipeline_id: "p", due, timer: "{}" });
const ids = (timers: readonly { id: string }[]) => timers.map(({ id }) => id);

test("E10.2 timers are told by due time, then id, page after page", async () => {
  const set = [timer("d", 5), timer("b", 5), timer("e", 6), timer("a", 5), timer("c", 4), timer("f", 7)];
  await store.transaction((tx) => replaceTimers(tx, [], set));
  const first = await dueTimers(store.read, 6, undefined, 2);
  expect(ids(first)).toEqual(["c", "a"]);
  const second = await dueTimers(store.read, 6, first.at(-1), 2);
  expect(ids(second)).toEqual(["b", "d"]);
  expect(ids(await dueTimers(store.read, 6, second.at(-1), 2))).toEqual(["e"]);
});

test("E10.1 those that are cancelled go and new ones come, however many of each", async () => {
  const all = () => dueTimers(store.read, 9, undefined, 10);
  const change = (gone: readonly string[], set: readonly { id: string; due: number }[]) =>
    store.transaction((tx) =>
      replaceTimers(
        tx,
        gone,
        set.map(({ id, due }) => timer(id, due)),
      ),
    );
  await change([], [timer("a", 1), timer("b", 2)]);
  await change(["a"], [timer("c", 3), timer("d", 4)]);
  expect(ids(await all())).toEqual(["b", "c", "d"]);
  await change(["b", "gone before", "c"], [timer("e", 5)]);
  expect(ids(await all())).toEqual(["d", "e"]);
  await change(["gone before"], [timer("f", 6)]);
  expect(await all()).toEqual([timer("d", 4), timer("e", 5), timer("f", 6)]);
});
