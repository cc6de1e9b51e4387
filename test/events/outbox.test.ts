/** E12.1: who reads the outbox from a position on misses nothing, whatever commits when. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { followRows, readPage } from "../../src/core/events/outbox.ts";
import { pruneOldEvents } from "../../src/core/events/prune.ts";
import { eventHorizon } from "../../src/core/store/event-horizon.ts";
import { EVENT_TOPIC, presentPosition, prunedThrough } from "../../src/core/store/events.ts";
import type { Store } from "../../src/core/store/store.ts";
import { chance as chanceOf } from "../e2e/support/random.ts";
import { emptyStore } from "../support/store.ts";
import { newestPosition, openTransaction, writeEvent } from "./support/outbox.ts";

let store: Store;
beforeEach(async () => {
  store = await emptyStore();
});
afterEach(() => store.close());

const write = (execution?: string, changes?: object) =>
  store.transaction((tx) => writeEvent(tx, execution, changes));

/** Ids of the first `count` events behind a position, as a follower gets them. */
async function followed(after: number, count: number): Promise<string[]> {
  const stop = new AbortController();
  const ids: string[] = [];
  for await (const { rows } of followRows(store, eventHorizon(store), after, stop.signal)) {
    ids.push(...rows.map(({ id }) => id));
    if (ids.length >= count) stop.abort();
  }
  return ids;
}

test("a follower gets what is there, then what comes, each once, in order", async () => {
  const first = [await write(), await write()];
  const all = followed(0, 4);
  const later = [await write(), await write()];
  store.announce(EVENT_TOPIC);
  expect(await all).toEqual([...first, ...later]);
  expect(await followed(2, 2)).toEqual(later);
});

test("every event of many transactions at once is seen, though some are rolled back and some are slow", async () => {
  const chance = chanceOf("outbox");
  const stop = new AbortController();
  const seen: string[] = [];
  const positions: number[] = [];
  const following = (async () => {
    for await (const { rows } of followRows(store, eventHorizon(store), 0, stop.signal)) {
      seen.push(...rows.map(({ id }) => id));
      positions.push(...rows.map(({ position }) => position));
    }
  })();
  const kept: string[] = [];
  async function writer(): Promise<void> {
    for (let round = 0; round < 40; round += 1) {
      const fails = chance.between(1, 4) === 1;
      const ids: string[] = [];
      await store
        .transaction(async (tx) => {
          ids.length = 0;
          ids.push(await writeEvent(tx));
          await sleep(chance.between(0, 3));
          if (chance.between(0, 1) === 1) ids.push(await writeEvent(tx));
          if (fails) throw new Error("rolled back by the test");
        })
        .then(
          () => kept.push(...ids),
          () => undefined,
        );
      store.announce(EVENT_TOPIC);
    }
  }
  await Promise.all(Array.from({ length: 8 }, writer));
  const { settled } = await settledSoon();
  expect(settled).toBeGreaterThanOrEqual(await newestPosition(store.read));
  while (seen.length < kept.length) await sleep(5);
  stop.abort();
  await following;
  expect(seen.toSorted()).toEqual(kept.toSorted());
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
});

/** What a new horizon settles on when nobody writes any more. */
async function settledSoon() {
  const horizon = eventHorizon(store);
  for (;;) {
    const look = await horizon.look();
    if (!look.more) return look;
  }
}

test("old events are cleared away from the oldest on; who is behind is told how many at most", async () => {
  const day = 24 * 60 * 60_000;
  for (const at of [1, 2, 5, 3, 9]) await write("e-1", { at: at * day });
  const now = () => 12 * day;
  await pruneOldEvents(store, { now }, { ms: 8 * day, count: 1_000 });
  // 3 is behind 5 in the outbox, and stays until 5 goes.
  expect(await prunedThrough(store.read)).toBe(2);
  const page = await readPage(store, 0, 5);
  expect(page.rows.map(({ position }) => position)).toEqual([3, 4, 5]);
  expect(page.missed).toBe(2);
  expect((await readPage(store, 2, 5)).missed).toBe(0);

  await pruneOldEvents(store, { now }, { ms: 100 * day, count: 1 });
  expect(await prunedThrough(store.read)).toBe(4);
  await pruneOldEvents(store, { now: () => 100 * day }, { ms: 0, count: 1 });
  expect(await prunedThrough(store.read)).toBe(5);
  expect(await readPage(store, 1, 5)).toEqual({ rows: [], through: 5, missed: 4 });
  expect(await presentPosition(store.read)).toBe(5);
  // Positions aren't used again.
  await write();
  expect(await presentPosition(store.read)).toBe(6);
});

describe.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres")("on PostgreSQL", () => {
  test("an event isn't settled while one with a smaller position may still be committed", async () => {
    const horizon = eventHorizon(store);
    expect(await horizon.look()).toEqual({ settled: 0, more: false });
    const slow = await openTransaction(store);
    const second = await write();
    for (let look = 0; look < 3; look += 1) expect(await horizon.look()).toEqual({ settled: 0, more: true });
    const all = followed(0, 2);
    await slow.commit();
    expect(await all).toEqual([slow.id, second]);
    expect(await horizon.look()).toEqual({ settled: 2, more: false });
  });

  test("an event that was rolled back holds nobody up", async () => {
    const horizon = eventHorizon(store);
    await horizon.look();
    const slow = await openTransaction(store);
    const second = await write();
    expect(await horizon.look()).toEqual({ settled: 0, more: true });
    await slow.rollback();
    // Transactions of other tests on this PostgreSQL are waited for, too.
    await expect.poll(() => horizon.look(), { timeout: 30_000 }).toEqual({ settled: 2, more: false });
    expect(await followed(0, 1)).toEqual([second]);
  });

  test("a server that starts while others write doesn't skip what they will commit", async () => {
    const slow = await openTransaction(store);
    const second = await write();
    const all = followed(0, 3);
    const other = await openTransaction(store);
    await other.commit();
    await slow.commit();
    expect(await all).toEqual([slow.id, second, other.id]);
  });
});
