import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { EventForm, Events, RenderedEvent } from "../../core/events/index.ts";
import type { Scope } from "../../core/scope.ts";

export interface Wanted {
  /** Only events of this account and region. */
  readonly scope: Scope;
  /** Only events of pipelines of this name. */
  readonly pipeline: string | undefined;
  readonly form: EventForm;
  readonly after: number;
}

/** Sent while nothing happens, so that proxies keep the stream open and a gone reader is noticed. */
const HEARTBEAT_MS = 15_000;

/** What is there, a line each: `{"position":…,"event":{…}}`. */
export async function sendLines(response: ServerResponse, events: Events, wanted: Wanted): Promise<void> {
  response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  for await (const page of events.between(wanted.after, await events.newest(), wanted.form)) {
    if (response.destroyed) return;
    const lines = page.events.filter((event) => isWanted(event, wanted));
    await write(
      response,
      lines.map(({ position, json }) => `{"position":${position},"event":${json}}\n`).join(""),
    );
  }
  response.end();
}

/**
 * Server-sent events, as they come; each id is the position to go on from, also where it stands alone, when only events
 * of others went by. What was cleared away before it was sent ends the stream: who comes back is told.
 */
export async function sendEvents(
  response: ServerResponse,
  events: Events,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.flushHeaders();
  let position = wanted.after;
  const heartbeat = setInterval(() => response.write(`id: ${position}\n\n`), HEARTBEAT_MS);
  try {
    // So that who is cut off before the first event needn't begin anew.
    await write(response, `id: ${position}\n\n`);
    for await (const page of events.follow(wanted.after, wanted.form, signal)) {
      if (page.missed > 0) return;
      const sent = page.events.filter((event) => isWanted(event, wanted));
      await write(response, sent.map((event) => `id: ${event.position}\ndata: ${event.json}\n\n`).join(""));
      position = page.through;
    }
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

function isWanted(event: RenderedEvent, { scope, pipeline }: Wanted): boolean {
  const ofScope = event.account === scope.account && event.region === scope.region;
  return ofScope && (pipeline === undefined || event.pipelineName === pipeline);
}

/** Writes, and waits while the reader is slower than the events. */
async function write(response: ServerResponse, text: string): Promise<void> {
  if (text !== "" && !response.write(text) && !response.destroyed) {
    await Promise.race([once(response, "drain"), once(response, "close")]);
  }
}
