/**
 * What a service that speaks HTTP of its own (S3, git, logs, the AWS JSON pipe) is to the listener. The server owns the
 * sockets, the routing and the request ids; a route reads its request and writes its answer.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Circumstances, SignedRequest } from "../core/access/types.ts";
import type { Core } from "../core/core.ts";
import { clientOf, type Proxies } from "./client-address.ts";

/** What the listener knows of a request besides node's own view of it. */
export interface HttpCall {
  readonly core: Core;
  /** Already set as `x-amzn-RequestId` on the answer. */
  readonly requestId: string;
  /** The path as sent, still percent-encoded, without the query; starts with `/`. */
  readonly path: string;
  /** The query as sent, without `?`; empty when there is none. */
  readonly query: string;
  /** Those in front of the server that are believed what they say of their callers. */
  readonly proxies: Proxies;
  /**
   * Aborted when the caller hangs up or the server drains: ends waiting for what may never come (long polls, log
   * followers). An answer that is under way goes on.
   */
  readonly signal: AbortSignal;
  /** Names what was asked for, for metrics and the log: an operation's name of a short, fixed list, never caller's text. */
  label(operation: string): void;
  /** Logs a fault of ours by request id, for a route that tells its callers of faults in its own words. */
  report(fault: unknown): void;
}

/**
 * - `authorized`: who signs, or gives a key, and is allowed by its rules what is asked for (api.md §9).
 * - `with its URL`: who has a URL that can't be guessed, and what the route asks for besides.
 * - `everybody`: nothing that is told belongs to anybody.
 */
export type Callers = "authorized" | "with its URL" | "everybody";

export interface HttpRoute {
  /** For metrics and the log: `codepipeline`, `s3`, `git`. */
  readonly name: string;
  /** Whom it answers; one that doesn't say so doesn't let the server start (attack A9). */
  readonly callers: Callers;
  /** Asks for the body itself, once it wants it; of other routes' callers the listener asks for it at once. */
  readonly invitesBody?: true;
  /** Writes the whole answer. What it throws is a fault of ours: logged by request id and answered with 500. */
  handle(request: IncomingMessage, response: ServerResponse, call: HttpCall): Promise<void>;
}

/** Tells a caller that waits for leave (`Expect: 100-continue`) that its body is wanted. */
export function inviteBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
}

/** As long as the signature counts that asked for it. */
const LONGEST_FOLLOWING_MS = 5 * 60_000;

/**
 * Ends an answer that follows what may never end: its reader asks again, and who was disabled meanwhile, or may no
 * longer, is told so (attack A23).
 */
export function followingSignal({ signal }: Pick<HttpCall, "signal">): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(LONGEST_FOLLOWING_MS)]);
}

/** The request as signature verification wants it. */
export function signedRequestOf(
  request: IncomingMessage,
  call: Pick<HttpCall, "path" | "query">,
): SignedRequest {
  return {
    method: request.method ?? "GET",
    path: call.path,
    query: call.query,
    headers: request.headersDistinct,
  };
}

/** What policies may ask of a request (api.md §9.2). */
export function circumstancesOf(
  request: IncomingMessage,
  { proxies }: Pick<HttpCall, "proxies">,
  region: string,
): Circumstances {
  const { socket, headers } = request;
  return {
    region,
    sourceIp: clientOf(request, proxies).address?.toString(),
    userAgent: headers["user-agent"],
    secureTransport: "encrypted" in socket && socket.encrypted === true,
  };
}
