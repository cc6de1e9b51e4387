/** E12.1: sinks get every event at least once, those of an execution in their order. */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSealedTexts } from "../../src/core/access/index.ts";
import { createCatalogue } from "../../src/core/catalogue.ts";
import {
  createEvents,
  createSinks,
  type NewSink,
  newSecret,
  type RetryPolicy,
  type SinkServiceOptions,
  type SinkTrouble,
  startSinkService,
} from "../../src/core/events/index.ts";
import { keyOf, signatureHeaders } from "../../src/core/events/sinks/signature.ts";
import { EVENT_TOPIC } from "../../src/core/store/events.ts";
import { openStore } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import { DIRECT } from "../../src/network/index.ts";
import { type EmptyDatabase, emptyDatabase } from "../support/store.ts";
import { writeEvent } from "./support/outbox.ts";

const SECRET = newSecret(Buffer.alloc(32, "a test's own key"));
const ambient = { now: Date.now, newId: randomUUID, randomBytes };
const access = createSealedTexts(randomBytes(32), randomBytes);
const FAST: RetryPolicy = { firstWaitMs: 1, longestWaitMs: 5, refusedTries: 3, patienceMs: 60_000 };

let database: EmptyDatabase;
let store: Store;
let stack: AsyncDisposableStack;
const troubles: SinkTrouble[] = [];
const errors: unknown[] = [];
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  troubles.length = 0;
  errors.length = 0;
  database = await emptyDatabase();
  stack.defer(database.remove);
  store = await openStore(database.place);
  stack.defer(() => store.close());
});
afterEach(async () => {
  await stack.disposeAsync();
  expect(errors).toEqual([]);
});

const sinks = () => createSinks({ store, ambient, access });

function serve(options: Partial<SinkServiceOptions> = {}) {
  const events = createEvents({ store: options.store ?? store, access, catalogue: createCatalogue([]) });
  const service = startSinkService({
    store,
    ambient,
    access,
    way: DIRECT,
    events,
    ofSettings: new Map(),
    writeOut: async () => undefined,
    onTrouble: (trouble) => troubles.push(trouble),
    onError: (error) => errors.push(error),
    retry: FAST,
    ...options,
  });
  stack.defer(() => service.stop());
  return service;
}

/** An event of each execution, in one transaction. @returns their ids */
async function write(...executions: string[]): Promise<string[]> {
  const ids = await store.transaction(async (tx) => {
    const written: string[] = [];
    for (const execution of executions) written.push(await writeEvent(tx, execution));
    return written;
  });
  store.announce(EVENT_TOPIC);
  return ids;
}

interface Request {
  readonly id: string;
  readonly execution: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers what `answer` says of each request. */
async function receiver(answer: (request: Request) => number | Promise<number> = () => 200) {
  const received: Request[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    const { id, detail } = JSON.parse(body) as { id: string; detail: { "execution-id": string } };
    const request = { id, execution: detail["execution-id"], headers: incoming.headers, body };
    const status = await answer(request);
    if (status < 300) received.push(request);
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
  });
  server.listen(0, "127.0.0.1");
  await vi.waitFor(() => expect(server.listening).toBe(true), 20_000);
  stack.defer(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=t0ken` };
}

const hook = (url: string): NewSink => ({ kind: "url", target: url, secret: SECRET, form: "event" });
const soon = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

test("a URL gets each event signed as Standard Webhooks says, in order of each execution", async () => {
  const { received, url } = await receiver();
  const id = await sinks().add(hook(url), "now");
  serve();
  const ids = await write("a", "b", "a", "a", "b", "c");
  await soon(() => expect(received).toHaveLength(6));
  for (const execution of ["a", "b", "c"]) {
    const got = received.filter((request) => request.execution === execution).map((request) => request.id);
    expect(got).toEqual(ids.filter((each) => got.includes(each)));
  }
  for (const { id: eventId, headers, body } of received) {
    expect(headers["content-type"]).toBe("application/json");
    expect(headers["webhook-id"]).toBe(eventId);
    const timestamp = Number(headers["webhook-timestamp"]);
    expect(Math.abs(Date.now() / 1000 - timestamp)).toBeLessThan(60);
    expect(headers).toMatchObject(signatureHeaders(keyOf(SECRET)!, eventId, timestamp, body));
  }
  await soon(async () => expect(await sinks().list()).toMatchObject([{ id, position: 6, behind: 0 }]));
});

test("the example of the Standard Webhooks specification", () => {
  const key = keyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;
  const body = '{"test": 2432232314}';
  expect(signatureHeaders(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("what a receiver fails to take comes again, before what follows it in its execution", async () => {
  let failures = 6;
  const { received, url } = await receiver(({ execution }) =>
    execution === "a" && failures-- > 0 ? 500 : 200,
  );
  await sinks().add(hook(url), "now");
  serve();
  const ids = await write("a", "b", "a", "b");
  await soon(() => expect(received).toHaveLength(4));
  const order = received.map(({ id }) => id);
  // Other executions don't wait.
  expect(order.slice(0, 2).toSorted()).toEqual([ids[1], ids[3]].toSorted());
  expect(order.slice(2)).toEqual([ids[0], ids[2]]);
  expect(troubles).toEqual([{ sink: expect.any(String), reason: "it answered 500", dropped: 0 }]);
  await soon(async () =>
    expect(await sinks().list()).toMatchObject([
      { position: 4, dropped: 0, failingSince: undefined, lastError: "it answered 500" },
    ]),
  );
});

test.each([400, 404, 302])(
  "an event that a receiver refuses (%s) is given up after some tries, and told",
  async (status) => {
    let tries = 0;
    const { received, url } = await receiver(({ execution }) => {
      if (execution !== "bad") return 200;
      tries += 1;
      return status;
    });
    await sinks().add(hook(url), "now");
    serve();
    const [bad, good] = await write("bad", "good");
    await soon(async () => expect(await sinks().list()).toMatchObject([{ position: 2, dropped: 1 }]));
    expect(received.map(({ id }) => id)).toEqual([good]);
    expect(tries).toBe(FAST.refusedTries);
    expect(troubles).toContainEqual({
      sink: expect.any(String),
      reason: `event ${bad}: it answered ${status}`,
      dropped: 1,
    });
  },
);

test("no event is tried for ever: patience ends", async () => {
  const { received, url } = await receiver(({ execution }) => (execution === "bad" ? 503 : 200));
  await sinks().add(hook(url), "now");
  serve({ retry: { ...FAST, patienceMs: 30 } });
  const [, good] = await write("bad", "good");
  await soon(async () => expect(await sinks().list()).toMatchObject([{ position: 2, dropped: 1 }]));
  expect(received.map(({ id }) => id)).toEqual([good]);
});

test("a sink whose receiver doesn't answer holds up no other", async () => {
  const stuck = Promise.withResolvers<number>();
  const slow = await receiver(() => stuck.promise);
  const fast = await receiver();
  await sinks().add(hook(slow.url), "now");
  await sinks().add(hook(fast.url), "now");
  serve();
  await write("a", "a", "b");
  await soon(() => expect(fast.received).toHaveLength(3));
  expect(slow.received).toHaveLength(0);
  stuck.resolve(200);
  await soon(() => expect(slow.received).toHaveLength(3));
});

test("a file gets a line for each event, also after it was moved away, or was left without a line feed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "millrace-sinks-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, "events.jsonl");
  await sinks().add({ kind: "file", target: path, form: "event" }, "now");
  serve();
  const lines = async (file = path) =>
    (await readFile(file, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  const idsOf = (all: string[]) => all.map((line) => (JSON.parse(line) as { id: string }).id);

  const first = await write("a", "b");
  await soon(async () => expect(await lines()).toHaveLength(2));
  expect(idsOf(await lines())).toEqual(first);
  expect((await stat(path)).mode & 0o777).toBe(0o600);

  await rename(path, `${path}.1`);
  const second = await write("a");
  await soon(async () => expect(idsOf(await lines())).toEqual(second));
  expect(idsOf(await lines(`${path}.1`))).toEqual(first);

  await writeFile(path, '{"torn":', { flag: "w" });
  const third = await write("a");
  await soon(async () => expect((await lines()).length).toBe(2));
  expect(idsOf((await lines()).slice(1))).toEqual(third);
});

test("a file that can't be written is tried again, and nothing is left out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "millrace-sinks-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, "not-yet", "events.jsonl");
  await sinks().add({ kind: "file", target: path, form: "event" }, "now");
  serve();
  const ids = await write("a", "a");
  await soon(() => expect(troubles).toEqual([{ sink: expect.any(String), reason: "ENOENT", dropped: 0 }]));
  await mkdir(join(folder, "not-yet"));
  await soon(async () => {
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(ids);
  });
});

test("stdout gets a line for each event, in the notification form where that is asked for", async () => {
  let out = "";
  const ofSettings = new Map<string, NewSink>([
    ["settings:screen", { kind: "stdout", target: "", form: "notification" }],
  ]);
  serve({
    ofSettings,
    async writeOut(more) {
      out += more;
    },
  });
  await soon(async () => expect(await sinks().list()).toHaveLength(1));
  await write("a");
  await soon(() => expect(out).not.toBe(""));
  expect(JSON.parse(out)).toMatchObject({
    detailType: "CodePipeline Pipeline Execution State Change",
    additionalAttributes: {},
  });
  expect(JSON.parse(out)).not.toHaveProperty("id");
});

test("a sink of settings goes on where it was, and only where the settings name it", async () => {
  const { received, url } = await receiver();
  const ofSettings = new Map([["settings:hook", hook(url)]]);
  const first = serve({ ofSettings });
  await soon(async () => expect(await sinks().list()).toMatchObject([{ origin: "settings" }]));
  const ids = await write("a");
  await soon(() => expect(received).toHaveLength(1));
  await soon(async () => expect(await sinks().list()).toMatchObject([{ behind: 0 }]));
  await first.stop();
  const without = serve();
  ids.push(...(await write("b")));
  await soon(async () => expect(await sinks().list()).toMatchObject([{ behind: 1 }]));
  await without.stop();
  serve({ ofSettings });
  await soon(() => expect(received.map(({ id }) => id)).toEqual(ids));
});

test("from the oldest: a new sink gets what is kept; from now on: only what comes", async () => {
  const [all, some] = [await receiver(), await receiver()];
  const before = await write("a", "b");
  await sinks().add(hook(all.url), "oldest");
  await sinks().add(hook(some.url), "now");
  serve();
  const after = await write("c");
  await soon(() => expect(all.received).toHaveLength(3));
  await soon(() => expect(some.received).toHaveLength(1));
  expect(all.received.map(({ id }) => id).toSorted()).toEqual([...before, ...after].toSorted());
  expect(some.received[0]!.id).toBe(after[0]);
});

test("sinks are added and removed while a server runs; a removed one gets nothing more", async () => {
  const { received, url } = await receiver();
  serve();
  const id = await sinks().add(hook(url), "now");
  await write("a");
  await soon(() => expect(received).toHaveLength(1));
  expect(await sinks().remove(id)).toBe(true);
  expect(await sinks().remove(id)).toBe(false);
  const other = await receiver();
  await sinks().add(hook(other.url), "now");
  // Who serves the new sink has seen that the other is gone.
  const owners = () => store.read.selectFrom("event_sink").select("owner").execute();
  await soon(async () => expect(await owners()).toEqual([{ owner: expect.any(String) }]));
  await write("a");
  await soon(() => expect(other.received).toHaveLength(1));
  expect(received).toHaveLength(1);
});

test("what stands in the database and in lists holds neither the secret nor the rest of the URL", async () => {
  const { url } = await receiver();
  await sinks().add(hook(url), "now");
  const rows = await store.read.selectFrom("event_sink").selectAll().execute();
  const shown = JSON.stringify([rows, await sinks().list()]);
  for (const secret of [SECRET, SECRET.slice(6), "t0ken", "hook"]) expect(shown).not.toContain(secret);
  expect(await sinks().list()).toMatchObject([{ target: new URL(url).origin, signed: true }]);
});

test.each<[NewSink, RegExp]>([
  [hook("ftp://x.example"), /^the URL must be an http or https URL without user and password$/],
  [hook("https://me:secret@x.example"), /^the URL must be/],
  [{ ...hook("https://x.example"), secret: "short" }, /^the secret of a URL must be whsec_/],
  [{ ...hook("https://x.example"), secret: "whsec_not base64, but long enough" }, /^the secret of a URL/],
  [{ kind: "url", target: "https://x.example", form: "event" }, /^the secret of a URL/],
  [{ kind: "file", target: "events.jsonl", form: "event" }, /^the path of a file must be absolute/],
  [{ kind: "stdout", target: "", secret: SECRET, form: "event" }, /^only what is sent to a URL is signed/],
])("a sink that can't be is refused: %j", async (sink, message) => {
  await expect(sinks().add(sink, "now")).rejects.toThrow(message);
  expect(await sinks().list()).toEqual([]);
});

test.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres")(
  "of two servers on one database one serves a sink, and the other takes over when it ends, or dies",
  async () => {
    const { received, url } = await receiver();
    await sinks().add(hook(url), "now");
    const second = await openStore(database.place);
    stack.defer(() => second.close());
    const one = serve();
    const ids = await write("a", "b");
    await soon(() => expect(received).toHaveLength(2));
    serve({ store: second });
    ids.push(...(await write("a")));
    await soon(() => expect(received).toHaveLength(3));
    await one.stop();
    ids.push(...(await write("b")));
    // What was on its way when the first ended may come twice.
    await soon(() => expect(new Set(received.map(({ id }) => id))).toEqual(new Set(ids)));

    // Dies: its lease runs out, nobody let go of it.
    await store.transaction((tx) =>
      tx.updateTable("event_sink").set({ owner: "a dead server", lease_until: 1 }).execute(),
    );
    ids.push(...(await write("a")));
    await soon(() => expect(new Set(received.map(({ id }) => id))).toEqual(new Set(ids)));
  },
);
