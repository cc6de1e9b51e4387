/** One request that leaves this machine, to an allowed destination, within its limits (S9). */
import {
  type ClientRequest,
  request as http,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { request as https, type RequestOptions } from "node:https";
import type { LookupFunction, Socket } from "node:net";
import { connect } from "node:tls";
import type { Allowed } from "./allowed.ts";
import {
  type ByAddress,
  type Destination,
  notAllowed,
  proxyHeaders,
  resolveDestination,
} from "./destination.ts";
import { OutgoingError } from "./outgoing-error.ts";
import { parseAddress } from "./range.ts";
import { openTunnel } from "./tunnel.ts";
import type { Way } from "./way.ts";

export interface OutgoingRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly allowed: readonly Allowed[];
  readonly way: Way;
  /** For the whole of it, in milliseconds. */
  readonly timeLimit: number;
  /** Milliseconds until the answer begins. Default 10 s (S9.6). */
  readonly answerLimit?: number;
  /** Bytes of the answer's body; `unread`: its status is enough, and the rest is let go. */
  readonly sizeLimit: number | "unread";
  /** Redirects that are followed, on the same origin only (S3.2). Default 0. */
  readonly redirects?: number;
  readonly signal?: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const CONNECT_MS = 5_000;
const HEADERS_MS = 10_000;
const IDLE_MS = 30_000;
const MAX_HEADER_BYTES = 32 * 1024;

/** @throws DestinationError, UnknownHostError, OutgoingError */
export async function send(request: OutgoingRequest): Promise<OutgoingAnswer> {
  const late = AbortSignal.timeout(request.timeLimit);
  const signal = request.signal === undefined ? late : AbortSignal.any([late, request.signal]);
  let url = new URL(request.url);
  for (let left = request.redirects ?? 0; ; left--) {
    // Each one is looked up and checked anew.
    const answer = await exchange(url, request, signal).catch((error: unknown) => {
      throw late.aborted ? new OutgoingError(`it didn't answer within ${request.timeLimit / 1000} s`) : error;
    });
    const next = left > 0 ? redirectOf(url, request.method, answer) : undefined;
    if (next === undefined) return answer;
    url = next;
  }
}

function redirectOf(
  from: URL,
  method: OutgoingRequest["method"],
  { status, headers }: OutgoingAnswer,
): URL | undefined {
  const repeats =
    status === 307 || status === 308 || ((status === 301 || status === 302) && method === "GET");
  const to = repeats && headers.location !== undefined ? URL.parse(headers.location, from.href) : null;
  return to?.origin === from.origin ? to : undefined;
}

async function exchange(url: URL, request: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
  const destination = await resolveDestination(url, request.allowed, request.way);
  const connecting = await connectingTo(url, destination, request.way, signal);
  const { answerLimit = HEADERS_MS } = request;
  let connected = false;
  return new Promise((resolve, reject) => {
    const body = request.body === undefined ? undefined : Buffer.from(request.body);
    const start = url.protocol === "https:" ? https : http;
    const sent = start(
      url.href,
      {
        method: request.method,
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
        ...connecting,
        headers: {
          ...request.headers,
          ...connecting.headers,
          ...(body && { "content-length": body.length }),
        },
      },
      (response) => {
        clearTimeout(headersTimer);
        const { statusCode: status = 0, headers } = response;
        if (request.sizeLimit === "unread") {
          resolve({ status, headers, body: Buffer.alloc(0) });
          sent.destroy();
        } else {
          collect(response, request.sizeLimit).then(
            (content) => resolve({ status, headers, body: content }),
            fail,
          );
        }
      },
    );
    const headersTimer = setTimeout(
      () => sent.destroy(new OutgoingError(`no answer within ${answerLimit / 1000} s`, !connected)),
      answerLimit,
    );
    const connectTimer = setTimeout(
      () => sent.destroy(new OutgoingError(`no connection within ${CONNECT_MS / 1000} s`, true)),
      CONNECT_MS,
    );
    function fail(error: unknown): void {
      clearTimeout(connectTimer);
      clearTimeout(headersTimer);
      sent.destroy();
      reject(told(error, !connected));
    }
    sent.on("socket", (socket) => {
      if ("addresses" in destination) checkPeer(sent, socket, destination);
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
        connected = true;
        clearTimeout(connectTimer);
      });
    });
    const idle = Math.max(IDLE_MS, answerLimit);
    sent.setTimeout(idle, () =>
      sent.destroy(new OutgoingError(`it was silent for ${idle / 1000} s`, !connected)),
    );
    sent.on("error", fail);
    sent.end(body);
  });
}

/** How node gets there: a connection of its own, none that was checked for another destination is used again. */
async function connectingTo(
  url: URL,
  destination: Destination,
  { authorities }: Way,
  signal: AbortSignal,
): Promise<RequestOptions> {
  const ca = authorities === undefined ? {} : { ca: [...authorities] };
  if ("addresses" in destination) return { ...ca, lookup: lookupOf(destination), agent: false };
  const { host, proxy } = destination;
  if (url.protocol === "http:") {
    const headers = { host: url.host, ...proxyHeaders(proxy) };
    return {
      host: proxy.host,
      hostname: proxy.host,
      port: proxy.port,
      path: url.href,
      headers,
      agent: false,
    };
  }
  const late = AbortSignal.timeout(CONNECT_MS);
  const socket = await openTunnel(destination, AbortSignal.any([signal, late])).catch((error: unknown) => {
    throw late.aborted ? new OutgoingError(`no connection within ${CONNECT_MS / 1000} s`, true) : error;
  });
  const servername = parseAddress(host) === undefined ? { servername: host } : {};
  // Without an agent node would name the port of http.
  return {
    headers: { host: url.host },
    createConnection: () => connect({ socket, host, ...servername, ...ca }),
  };
}

/** Answers the checked addresses: the name is not resolved a second time, where it could say another thing. */
function lookupOf({ addresses }: ByAddress): LookupFunction {
  const all = addresses.map((address) => ({
    address: address.toString(),
    family: address.kind() === "ipv4" ? 4 : 6,
  }));
  const [first] = all;
  return (_host, options, callback) => {
    if (options.all) callback(null, all);
    else callback(null, first?.address ?? "", first?.family);
  };
}

/** Whatever was asked for, the socket's other end must be one of the checked addresses. */
function checkPeer(sent: ClientRequest, socket: Socket, { host, addresses }: ByAddress): void {
  socket.once("connect", () => {
    const peer = parseAddress(socket.remoteAddress ?? "")?.toString();
    if (!addresses.some((address) => address.toString() === peer)) sent.destroy(notAllowed(host));
  });
}

async function collect(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new OutgoingError(`the answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** The system's code (ECONNREFUSED) alone: messages may tell the URL. */
function told(error: unknown, unsent: boolean): Error {
  if (!(error instanceof Error)) return new OutgoingError("the connection failed", unsent);
  if (error instanceof OutgoingError || error.name === "DestinationError") return error;
  return new OutgoingError("code" in error ? String(error.code) : "the connection failed", unsent);
}
