/** A sink that takes one signed request for each event. */
import { allowedByUrl, failureOf, send, type Way } from "../../../network/index.ts";
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
export function webhookChannel(address: Address, way: Way, now: () => number): Channel {
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
            const outcome = await post(address, way, event, now(), signal);
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

/** Sends once, to the host that the operator has set (S9), follows no redirect and reads no answer. */
async function post(
  { url, key }: Address,
  way: Way,
  { id, json }: RenderedEvent,
  now: number,
  closing: AbortSignal,
): Promise<Outcome> {
  try {
    const { status } = await send({
      method: "POST",
      url,
      body: json,
      headers: {
        "content-type": "application/json",
        "user-agent": "Millrace",
        ...signatureHeaders(key, id, Math.floor(now / 1000), json),
      },
      allowed: [allowedByUrl(url)],
      way,
      timeLimit: TIME_LIMIT_MS,
      sizeLimit: "unread",
      signal: closing,
    });
    if (status >= 200 && status < 300) return { kind: "delivered" };
    return { kind: "failed", reason: `it answered ${status}`, refused: isRefusal(status) };
  } catch (error) {
    if (closing.aborted) return { kind: "held" };
    return { kind: "failed", reason: failureOf(error) ?? "the connection failed", refused: false };
  }
}

/** Answers that say the fault is ours, but for those that ask to come back later. Redirects are not followed. */
function isRefusal(status: number): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status);
}
