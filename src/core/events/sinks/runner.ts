/** Serving one sink: what is behind its position, in order, until it is told to stop. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Ambient } from "../../scope.ts";
import type { EventForm, Events, RenderedEvent } from "../types.ts";
import type { Channel, Outcome } from "./channel.ts";
import type { Progress } from "./progress.ts";
import { type RetryPolicy, Tries, waitAfter } from "./retry.ts";

export interface SinkTrouble {
  readonly sink: string;
  readonly reason: string;
  /** Events that won't be sent any more. */
  readonly dropped: number;
}

export interface RunnerOptions {
  readonly id: string;
  readonly form: EventForm;
  readonly channel: Channel;
  readonly progress: Progress;
  readonly events: Pick<Events, "follow">;
  readonly ambient: Ambient;
  readonly retry: RetryPolicy;
  /** Told when a sink begins to fail, and of each event that is given up. */
  onTrouble(trouble: SinkTrouble): void;
}

/** Ends when `signal` is aborted. @throws SinkLostError, and the database's errors */
export async function serveSink(options: RunnerOptions, signal: AbortSignal): Promise<void> {
  const { id, form, progress, events, onTrouble } = options;
  const tries = new Tries(options.retry);
  try {
    for await (const page of events.follow(progress.position, form, signal)) {
      if (page.missed > 0) {
        progress.change({ droppedMore: page.missed });
        onTrouble({ sink: id, reason: "cleared away before they were sent", dropped: page.missed });
      }
      const left = await deliverPage(options, tries, page.events, signal);
      if (left !== undefined) return;
      progress.change({ position: page.through });
    }
  } finally {
    await progress.flush();
  }
}

/** Tries until nothing is left. @returns the first event that is left when `signal` was aborted before */
async function deliverPage(
  { id, channel, progress, ambient, retry, onTrouble }: RunnerOptions,
  tries: Tries,
  page: readonly RenderedEvent[],
  signal: AbortSignal,
): Promise<RenderedEvent | undefined> {
  let left = page;
  for (let failures = 0; left.length > 0; ) {
    const outcomes = await channel.deliver(left, signal);
    const failed: string[] = [];
    left = left.filter((event, index) => {
      const outcome: Outcome = outcomes[index] ?? { kind: "held" };
      if (outcome.kind === "delivered") tries.forget(event.id);
      if (outcome.kind !== "failed") return outcome.kind === "held";
      failed.push(outcome.reason);
      if (!tries.failed(event.id, outcome.refused, ambient.now())) return true;
      progress.change({ droppedMore: 1 });
      onTrouble({ sink: id, reason: `event ${event.id}: ${outcome.reason}`, dropped: 1 });
      return false;
    });
    const [first] = left;
    if (first !== undefined) progress.change({ position: Math.max(progress.position, first.position - 1) });
    if (signal.aborted) return first;

    const [reason] = failed;
    if (reason === undefined) {
      failures = 0;
      if (progress.failingSince !== null) progress.change({ failingSince: null });
      continue;
    }
    failures += 1;
    if (progress.failingSince === null) onTrouble({ sink: id, reason, dropped: 0 });
    progress.change({ failingSince: progress.failingSince ?? ambient.now(), lastError: reason });
    if (left.length === 0) break;
    const chance = (ambient.randomBytes(1)[0] ?? 0) / 255;
    await sleep(waitAfter(retry, failures, chance), undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
