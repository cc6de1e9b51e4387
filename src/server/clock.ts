/** What this server does when its time comes. */
import { type ClockWork, startClockWork, sweep } from "../core/commands/index.ts";
import type { Core } from "../core/core.ts";
import { pruneOldEvents } from "../core/events/index.ts";

/** @param onError told of work that failed; it is tried again */
export function startClock(
  { ambient, store, commands, jobs, builds, webhooks, connectionHooks }: Core,
  onError: (error: unknown) => void,
): ClockWork {
  return startClockWork(
    ambient.now,
    [
      { run: () => commands.fireTimers(), onEarlier: (listener) => commands.onTimer(listener) },
      { run: () => jobs.expireLeases() },
      { run: () => builds.endOrphans() },
      { run: () => builds.timeOutQueued(jobs.failWaiting) },
      { run: () => sweep(store, ambient) },
      { run: () => pruneOldEvents(store, ambient) },
      { run: () => webhooks.forgetDeliveries() },
      { run: () => connectionHooks.forgetDeliveries() },
    ],
    onError,
  );
}
