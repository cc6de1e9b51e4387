/**
 * The yardstick of requests: a bare `node:http` server in a process of its own, which reads each request and answers
 * with the same bytes. It is told them over the channel to its parent, and tells its port.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

process.once("message", (answer: string) => {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "content-length": Buffer.byteLength(answer),
  };
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, headers).end(answer));
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
});
process.on("disconnect", () => process.exit());
