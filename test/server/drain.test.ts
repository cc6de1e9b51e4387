import { connect } from "node:net";
import { text } from "node:stream/consumers";
import pino from "pino";
import { expect, test } from "vitest";
import type { Core } from "../../src/core/core.ts";
import { createListener } from "../../src/server/listener.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import type { HttpRoute } from "../../src/services/http.ts";

interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
}

function deferred(): Deferred {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A listener whose every request goes to `handle`. */
async function listening(handle: HttpRoute["handle"]) {
  const core = { ambient: { newId: () => "id", now: Date.now } } as unknown as Core;
  const listener = createListener({
    core,
    metrics: createMetrics(async () => []),
    logger: pino({ level: "silent" }),
    route: () => ({ name: "test", callers: "everybody", handle }),
  });
  const port = await listener.listen("127.0.0.1", 0);
  return { listener, url: `http://127.0.0.1:${port}`, port };
}

test("a request that is under way is answered before the listener ends", async () => {
  const begun = deferred();
  const release = deferred();
  const { listener, url } = await listening(async (_request, response) => {
    begun.resolve();
    await release.promise;
    response.end("done");
  });
  const answer = fetch(url);
  await begun.promise;
  const drained = listener.drain(60_000);
  await expect(fetch(url)).rejects.toThrow();
  release.resolve();
  expect(await (await answer).text()).toBe("done");
  await drained;
});

test("a long poll ends with the drain", async () => {
  const begun = deferred();
  const { listener, url } = await listening(async (_request, response, { signal }) => {
    begun.resolve();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    response.end("nothing came");
  });
  const answer = fetch(url);
  await begun.promise;
  await listener.drain(60_000);
  expect(await (await answer).text()).toBe("nothing came");
});

test("a request whose head was still coming when the drain began gets 503 (api.md §1.3)", async () => {
  const { listener, url, port } = await listening(async (_request, response) => void response.end("ok"));
  const socket = connect(port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nhost: x\r\n");
  // Once a later connection was served, the earlier bytes have been read.
  await (await fetch(url)).text();
  const drained = listener.drain(60_000);
  socket.write("content-length: 0\r\n\r\n");
  const answer = await text(socket);
  await drained;
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toMatch(/\r\n\r\n\{"__type":"ServiceUnavailableException"\}$/);
});

test("what doesn't end in time is cut off", async () => {
  const begun = deferred();
  const { listener, url } = await listening(async () => begun.resolve());
  const answer = fetch(url);
  await begun.promise;
  const refused = expect(answer).rejects.toThrow();
  await listener.drain(10);
  await refused;
});

test("idle connections don't hold the drain up", async () => {
  const { listener, url } = await listening(async (_request, response) => void response.end("ok"));
  await (await fetch(url)).text();
  await listener.drain(60_000);
});

test("a fault is 500 without a word, and the next request is served", async () => {
  const { listener, url } = await listening(async (request, response) => {
    if (request.url === "/fault") throw new Error("secret reason");
    response.end("ok");
  });
  const fault = await fetch(`${url}/fault`);
  expect(fault.status).toBe(500);
  expect(await fault.text()).toBe('{"__type":"InternalFailure"}');
  expect(await (await fetch(url)).text()).toBe("ok");
  await listener.drain(0);
});

test("a fault after the answer's body broke ends that connection, and nothing else", async () => {
  const { listener, url } = await listening(async (request, response) => {
    if (request.url !== "/broken") return void response.end("ok");
    response.setHeader("content-length", 7);
    response.strictContentLength = true;
    response.destroy();
    throw new Error("the file is gone");
  });
  await expect(fetch(`${url}/broken`)).rejects.toThrow();
  expect(await (await fetch(url)).text()).toBe("ok");
  await listener.drain(0);
});
