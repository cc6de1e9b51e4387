import { afterEach, beforeEach, expect, test } from "vitest";
import { afterCommit } from "../../src/core/store/after-commit.ts";
import type { Store, Tx } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";

let store: Store;
beforeEach(async () => {
  store = await emptyStore();
});
afterEach(() => store.close());

const put = (tx: Tx, key: string) =>
  tx.insertInto("tag").values({ resource: "r", key, value: "v" }).execute();
const keys = async (db: Pick<Tx, "selectFrom"> = store.read) =>
  (await db.selectFrom("tag").select("key").orderBy("key").execute()).map((row) => row.key);

test("a transaction sees its own rows, others see them once it has committed", async () => {
  const inside = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const done = store.transaction(async (tx) => {
    await put(tx, "a");
    expect(await keys(tx)).toEqual(["a"]);
    inside.resolve();
    await goOn.promise;
    return "answer";
  });
  await inside.promise;
  expect(await keys()).toEqual([]);
  goOn.resolve();
  expect(await done).toBe("answer");
  expect(await keys()).toEqual(["a"]);
});

test("of transactions that arrive together, the one that throws leaves nothing and the others all", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      store.transaction(async (tx) => {
        await put(tx, `k${String(index).padStart(2, "0")}`);
        if (index === 7) throw new Error("no seven");
        return index;
      }),
    ),
  );
  expect(outcomes[7]).toMatchObject({ status: "rejected", reason: { message: "no seven" } });
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(19);
  const kept = await keys();
  expect(kept).toHaveLength(19);
  expect(kept).not.toContain("k07");
});

test("a statement that the database refuses rolls its own transaction back alone", async () => {
  const [refused, kept] = await Promise.allSettled([
    store.transaction(async (tx) => {
      await put(tx, "twice");
      await put(tx, "twice");
    }),
    store.transaction((tx) => put(tx, "once")),
  ]);
  expect(refused.status).toBe("rejected");
  expect(kept.status).toBe("fulfilled");
  expect(await keys()).toEqual(["once"]);
});

test("what waits for the commit happens after it, and never when there is none", async () => {
  const seen: string[][] = [];
  await store.transaction(async (tx) => {
    await put(tx, "a");
    afterCommit(tx, () => seen.push(["hook"]));
    seen.push(["work"]);
  });
  await expect(
    store.transaction(async (tx) => {
      afterCommit(tx, () => seen.push(["never"]));
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");
  expect(seen).toEqual([["work"], ["hook"]]);
});

test("closing waits for what is under way", async () => {
  const own = await emptyStore();
  const done = own.transaction(async (tx) => {
    await put(tx, "late");
    return true;
  });
  await own.close();
  expect(await done).toBe(true);
});
