/**
 * Requests that two readers, a proxy and this server say, could take for two different ones (attack A9): refused before any
 * room sees them, and the connection with them, so that nothing behind them is read as a request.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "../support/server.ts";
import { callOperation, openTo } from "./support/signed-exchange.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ worker: false });
});
afterAll(() => server[Symbol.asyncDispose]());

/** All that comes back until the server closes the connection. */
async function conversation(text: string): Promise<string> {
  const socket = await openTo(server);
  socket.on("error", () => undefined);
  socket.write(text, "latin1");
  let heard = "";
  for await (const chunk of socket) heard += (chunk as Buffer).toString("latin1");
  return heard;
}

const hidden = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

test.each([
  ["a length and chunks", "content-length: 5\r\ntransfer-encoding: chunked"],
  ["two lengths", "content-length: 5\r\ncontent-length: 6"],
  ["a list of lengths", "content-length: 5, 5"],
  ["a length with a sign", "content-length: +5"],
  ["a negative length", "content-length: -5"],
  ["a length in hexadecimal", "content-length: 0x5"],
  ["chunks that aren't the last coding", "transfer-encoding: chunked, identity"],
  ["a blank before the colon", "content-length : 5"],
  ["a header that goes on in the next line", "a: b\r\n c: d"],
  ["a header without a name", ": b"],
  ["a line break of one character", "a: b\nc: d\rcontent-length: 5"],
  ["NUL in a header", "a: \0"],
])("A9 %s", async (_, headers) => {
  const heard = await conversation(`POST / HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n${hidden}`);
  expect(heard).toMatch(/^HTTP\/1\.1 400 /);
  expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test.each([
  ["an extension of a chunk that isn't one", "5;\r\nhello\r\n0\r\n\r\n"],
  ["a chunk of negative size", "-1\r\n\r\n"],
  ["a chunk larger than a number", "fffffffffffffffff\r\nx"],
  ["a chunk that is longer than it says", "1\r\nhello\r\n0\r\n\r\n"],
])("A9 %s", async (_, body) => {
  const heard = await conversation(
    `POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: CodePipeline_20150709.ListPipelines\r\ntransfer-encoding: chunked\r\n\r\n${body}${hidden}`,
  );
  expect(heard).toMatch(/^HTTP\/1\.1 400 /);
  expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test.each([
  ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n"],
  ["HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["no host", "GET /healthz HTTP/1.1\r\n\r\n"],
  ["NUL in the path", "GET /heal\0thz HTTP/1.1\r\nhost: x\r\n\r\n"],
])("A9 %s is answered with 400 or not at all", async (_, text) => {
  expect(await conversation(`${text}${hidden}`)).toMatch(/^(HTTP\/1\.1 400 (?!.*HTTP\/1\.1)|$)/s);
});

test("A24 headers behind a chunked body can't stand in for those that were signed", async () => {
  const heard = await conversation(
    [
      "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-amz-target: CodePipeline_20150709.ListPipelines",
      "transfer-encoding: chunked\r\n\r\n0",
      "authorization: AWS4-HMAC-SHA256 Credential=x\r\nx-amz-target: CodePipeline_20150709.DeletePipeline\r\n\r\n",
    ].join("\r\n"),
  );
  expect(heard).toContain("MissingAuthenticationTokenException");
  expect(await callOperation(server, "CodePipeline_20150709.ListPipelines", {})).toMatchObject({
    status: 200,
  });
});
