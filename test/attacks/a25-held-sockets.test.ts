/** Callers that nobody knows can't hold a socket by sending slowly: answered or not, it is taken from them (attack A25). */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "../support/server.ts";
import { openTo } from "./support/signed-exchange.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ worker: false });
});
afterAll(() => server[Symbol.asyncDispose]());

test.each([
  ["a place that isn't there", "POST /nowhere/at/all"],
  ["a probe", "POST /metrics"],
  [
    "a repository",
    "POST /git/app.git/git-receive-pack",
    "content-type: application/x-git-receive-pack-request",
  ],
  ["a bucket", "PUT /things/key"],
  ["a log", "POST /logs/00000000-0000-0000-0000-000000000000"],
])("A25 a body for %s that never ends is cut off once it was answered", async (_, line, ...more) => {
  const socket = await openTo(server);
  socket.on("error", () => undefined);
  socket.write(
    `${[`${line} HTTP/1.1`, "host: x", "content-length: 1000000", ...more].join("\r\n")}\r\n\r\nx`,
  );
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 4\d\d /);
  // However it ends: what is sent to a closed socket is answered with a reset.
  const closed = new Promise<true>((resolve) => socket.once("close", () => resolve(true)));
  let drops = 0;
  while (!(await Promise.race([closed, sleep(100, false)]))) {
    socket.write("x");
    drops += 1;
  }
  expect(drops).toBeLessThan(300);
});
