import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import pg from "pg";
import { expect, test, vi } from "vitest";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import { emptyDatabase } from "../support/store.ts";
import { doorTo } from "./door.ts";

test("listeners of the same server hear at once, until they stop", async () => {
  const { place, remove } = await emptyDatabase();
  const store = await openStore(place);
  const heard: string[] = [];
  const stop = store.listen((topic) => heard.push(topic));
  store.announce("one");
  expect(heard).toEqual(["one"]);
  stop();
  store.announce("two");
  expect(heard).toEqual(["one"]);
  await store.close();
  await remove();
});

const onPostgres = test.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres");

onPostgres(
  "another server of the database hears everything once, this one doesn't hear itself twice",
  async () => {
    const { place, remove } = await emptyDatabase();
    const [here, there] = await Promise.all([openStore(place), openStore(place)]);
    const heardHere: string[] = [];
    const heardThere: string[] = [];
    const complete = Promise.withResolvers<void>();
    here.listen((topic) => heardHere.push(topic));
    there.listen((topic) => {
      heardThere.push(topic);
      if (topic === "last") complete.resolve();
    });
    const topics = [...Array.from({ length: 500 }, (_, index) => `topic ${index}`), "last"];
    for (const topic of topics) here.announce(topic);
    await complete.promise;
    expect(heardThere).toEqual(topics);
    expect(heardHere).toEqual(topics);
    await Promise.all([here.close(), there.close()]);
    await remove();
  },
);

onPostgres("a store whose listener gets no connection isn't opened, and nothing goes on trying", async () => {
  const { place, remove } = await emptyDatabase();
  let connections = 0;
  await using door = await doorTo(urlOf(place), (socket, letThrough) => {
    connections += 1;
    // The migrations'.
    if (connections === 1) letThrough();
    else socket.destroy();
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await expect(openStore({ databaseUrl: door.url })).rejects.toThrow();
    expect(connections).toBe(2);
    // To count timers wouldn't tell: the process has others, of drivers and of files before this one.
    const connect = vi.spyOn(pg.Client.prototype, "connect");
    vi.advanceTimersByTime(60_000);
    expect(connect).not.toHaveBeenCalled();
  } finally {
    vi.useRealTimers();
  }
  await remove();
});

onPostgres("a store closes though the server that its listener turned to again says nothing", async () => {
  const { place, remove } = await emptyDatabase();
  const through = new Set<Socket>();
  let isSilent = false;
  let isTurnedTo = false;
  await using door = await doorTo(urlOf(place), (socket, letThrough) => {
    isTurnedTo = isSilent;
    if (isSilent) return void socket.resume();
    through.add(socket);
    letThrough();
  });
  const store = await openStore({ databaseUrl: door.url });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    isSilent = true;
    for (const one of through) one.destroy();
    for (; !isTurnedTo; await setImmediate()) vi.advanceTimersByTime(100);
    const closed = store.close();
    vi.advanceTimersByTime(10_000);
    await closed;
  } finally {
    vi.useRealTimers();
  }
  await remove();
});

function urlOf(place: StorePlace): string {
  if (!("databaseUrl" in place)) throw new Error("this isn't PostgreSQL");
  return place.databaseUrl;
}
