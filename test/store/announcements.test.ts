import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { emptyDatabase } from "../support/store.ts";

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
  const url = new URL((place as { databaseUrl: string }).databaseUrl);
  const { hostname: host, port } = url;
  let connections = 0;
  // Lets one through: the migrations'.
  const door = createServer((socket) => {
    connections += 1;
    if (connections > 1) return void socket.destroy();
    const database = connect({ host, port: Number(port) });
    for (const one of [socket, database]) one.on("error", () => undefined);
    socket.pipe(database).pipe(socket);
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  url.port = String((door.address() as AddressInfo).port);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await expect(openStore({ ...place, databaseUrl: url.href })).rejects.toThrow();
    expect(connections).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
  await new Promise((resolve) => door.close(resolve));
  await remove();
});

onPostgres("a store closes though the server that its listener turned to again says nothing", async () => {
  const { place, remove } = await emptyDatabase();
  const url = new URL((place as { databaseUrl: string }).databaseUrl);
  const { hostname: host, port } = url;
  const through = new Set<Socket>();
  let isSilent = false;
  let isTurnedTo = false;
  const door = createServer((socket) => {
    socket.on("error", () => undefined);
    isTurnedTo = isSilent;
    if (isSilent) return void socket.resume();
    const database = connect({ host, port: Number(port) });
    database.on("error", () => undefined);
    for (const one of [socket, database]) through.add(one);
    socket.pipe(database).pipe(socket);
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  url.port = String((door.address() as AddressInfo).port);
  const store = await openStore({ ...place, databaseUrl: url.href });
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
  await new Promise((resolve) => door.close(resolve));
  await remove();
});
