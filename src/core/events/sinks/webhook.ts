/** A sink that takes one signed request for each event. */
import type { RenderedEvent } from "../types.ts";
import type { Channel, Outcome } from "./channel.ts";
import { signatureHeaders } from "./signature.ts";

const TIME_LIMIT_MS = 10_000;
/** Executions whose events are on their way at once. */
const AT_ONCE = 16;

export interface Address {
  readonly url: string;
  /** Of the signatures. */
  readonly key: Uint8Array;
}

/** @param now milliseconds since the epoch */
export function webhookChannel(address: Address, now: () => number): Channel {
  return {
    async deliver(events, signal) {
      const outcomes: Outcome[] = events.map(() => ({ kind: "held" }));
      const chains = [...Map.groupBy(events.keys(), (index) => events[index]?.executionId).values()];

      /** Takes one execution after the other; its events go one by one, until one fails. */
      async function work(): Promise<void> {
        for (let chain = chains.shift(); chain !== undefined; chain = chains.shift()) {
          for (const index of chain) {
            const event = events[index];
            if (event === undefined || signal.aborted) return;
            const outcome = await post(address, event, now(), signal);
            outcomes[index] = outcome;
            if (outcome.kind !== "delivered") break;
          }
        }
      }

      await Promise.all(Array.from({ length: Math.min(AT_ONCE, chains.length) }, work));
      return outcomes;
    },
  };
}

/** Sends once, follows no redirect and reads no answer. */
async function post(
  { url, key }: Address,
  { id, json }: RenderedEvent,
  now: number,
  closing: AbortSignal,
): Promise<Outcome> {
  const late = AbortSignal.timeout(TIME_LIMIT_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      body: json,
      headers: {
        "content-type": "application/json",
        "user-agent": "Millrace",
        ...signatureHeaders(key, id, Math.floor(now / 1000), json),
      },
      redirect: "manual",
      signal: AbortSignal.any([late, closing]),
    });
    // It has arrived, even if the receiver breaks off the rest of its answer.
    await response.body?.cancel().catch(() => undefined);
    if (response.ok) return { kind: "delivered" };
    return { kind: "failed", reason: `it answered ${response.status}`, refused: isRefusal(response.status) };
  } catch (error) {
    if (closing.aborted) return { kind: "held" };
    const reason = late.aborted ? `it didn't answer within ${TIME_LIMIT_MS / 1000} s` : codeOf(error);
    return { kind: "failed", reason: reason ?? "the connection failed", refused: false };
  }
}

/** Answers that say the fault is ours, but for those that ask to come back later. Redirects are not followed. */
function isRefusal(status: number): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status);
}

/** The system's code (ECONNREFUSED) beneath fetch's error: their messages may tell the URL. */
function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
}
