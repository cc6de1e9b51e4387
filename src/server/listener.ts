/** The one listener: sockets and their limits, request ids, routing, faults, and the drain at the end. */
import { randomUUID } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import type { Core } from "../core/core.ts";
import { NO_PROXIES, type Proxies } from "../services/client-address.ts";
import { type HttpRoute, inviteBody } from "../services/http.ts";
import { ServedCall } from "./http-call.ts";
import type { Metrics } from "./metrics.ts";
import type { NoRoute, RoutedRequest } from "./routing.ts";

/** Against slow and idle callers (attack A25). Bodies have the limits of the route that reads them. */
const HEADERS_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
const SILENT_SOCKET_MS = 300_000;
const LEFTOVER_MS = 2_000;
const MAX_SOCKETS = 10_000;
/** Room for a job's session token and signed metadata. */
const MAX_HEADER_BYTES = 32 * 1024;

export interface ListenerParts {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Default: none. */
  readonly proxies?: Proxies;
  readonly route: (request: RoutedRequest) => HttpRoute | NoRoute;
}

export interface Listener {
  /** @param port 0 for a free one @returns the port @throws the system's error (EADDRINUSE, EACCES, …) */
  listen(host: string, port: number): Promise<number>;
  /** Takes no more, ends what only waits, lets the rest be answered; after `graceMs` it is cut off. */
  drain(graceMs: number): Promise<void>;
}

export function createListener({
  core,
  metrics,
  logger,
  proxies = NO_PROXIES,
  route,
}: ListenerParts): Listener {
  const draining = new AbortController();
  const server = createHttpServer(
    {
      headersTimeout: HEADERS_MS,
      // Bodies may take as long as they keep coming: S3 uploads are large.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => void serve(request, response),
  );
  server.on("checkContinue", (request, response) => void serve(request, response));
  server.maxConnections = MAX_SOCKETS;
  server.setTimeout(SILENT_SOCKET_MS);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const requestId = randomUUID();
    response.setHeader("x-amzn-RequestId", requestId);
    const [path, query] = splitTarget(request.url ?? "");
    const found = draining.signal.aborted ? 503 : route(routedRequest(request, path));
    const name = typeof found === "number" ? "none" : found.name;
    const report = (fault: unknown) => logger.error({ requestId, route: name, err: fault }, "request failed");
    const call = new ServedCall({
      core,
      requestId,
      path,
      query,
      proxies,
      response,
      draining: draining.signal,
      report,
    });
    response.on("close", () => {
      const seconds = (performance.now() - started) / 1000;
      metrics.answered(name, call.operation, response.statusCode, seconds);
      if (draining.signal.aborted) server.closeIdleConnections();
      if (!request.complete) endLeftover(request);
    });
    if (typeof found === "number") return refuse(response, found);
    if (!found.invitesBody) inviteBody(request, response);
    try {
      await found.handle(request, response, call);
    } catch (fault) {
      report(fault);
      // One that a broken body has ended already can't be answered any more either.
      if (response.headersSent || response.destroyed) response.destroy();
      else refuse(response, 500);
    }
  }

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),

    async drain(graceMs) {
      const closed = new Promise((resolve) => server.close(resolve));
      draining.abort();
      const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cutOff);
    },
  };
}

/** Who was answered before its body was whole may send the rest, but not hold a socket by sending ever on. */
function endLeftover(request: IncomingMessage): void {
  const late = setTimeout(() => request.socket.destroy(), LEFTOVER_MS).unref();
  request.once("close", () => clearTimeout(late));
}

function routedRequest(request: IncomingMessage, path: string): RoutedRequest {
  const target = request.headers["x-amz-target"];
  return {
    method: request.method ?? "",
    path,
    host: request.headers.host,
    target: typeof target === "string" ? target : undefined,
    contentType: request.headers["content-type"],
  };
}

function splitTarget(url: string): [path: string, query: string] {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
}

/** Faults and dead ends, in a form that clients of the JSON API understand; others see the status. */
function refuse(response: ServerResponse, status: NoRoute | 500 | 503): void {
  const code = REFUSALS[status];
  if (status === 503) response.setHeader("connection", "close").setHeader("retry-after", "5");
  if (code === undefined) {
    response.writeHead(status, { "content-length": 0 }).end();
    return;
  }
  const body = JSON.stringify({ __type: code });
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "content-length": body.length });
  response.end(body);
}

const REFUSALS: Readonly<Record<number, string | undefined>> = {
  500: "InternalFailure",
  503: "ServiceUnavailableException",
};
