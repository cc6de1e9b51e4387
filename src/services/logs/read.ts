import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Logs } from "../../core/logs/index.ts";
import { lineEvent, lineText } from "./text.ts";

/** Sent while nothing happens, so that proxies keep the stream open and a gone reader is noticed. */
const HEARTBEAT_MS = 15_000;

/** No browser shows a log as a page, whatever is in it (attack A16). */
const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** Everything that the log holds from `from` on, as text. */
export async function sendText(
  response: ServerResponse,
  logs: Logs,
  actionExecutionId: string,
  from: number,
): Promise<void> {
  response.writeHead(200, { ...HEADERS, "content-type": "text/plain; charset=utf-8" });
  for (let next = from; !response.destroyed; ) {
    const lines = await logs.read(actionExecutionId, next);
    const last = lines.at(-1);
    if (last === undefined) break;
    await write(response, lines.map(lineText).join(""));
    next = last.seq + 1;
  }
  response.end();
}

/**
 * The log as server-sent events, as it grows, until the action has ended: then one `end` event. A reader that comes
 * back with `Last-Event-ID` goes on behind that line.
 */
export async function sendEvents(
  response: ServerResponse,
  logs: Logs,
  actionExecutionId: string,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(": still here\n\n"), HEARTBEAT_MS);
  try {
    for await (const lines of logs.follow(actionExecutionId, from, signal)) {
      await write(response, lines.map(lineEvent).join(""));
    }
    if (!signal.aborted) response.write("event: end\ndata: {}\n\n");
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

/** Writes, and waits while the reader is slower than the log. */
async function write(response: ServerResponse, text: string): Promise<void> {
  if (!response.write(text) && !response.destroyed) {
    await Promise.race([once(response, "drain"), once(response, "close")]);
  }
}
