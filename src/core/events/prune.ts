/** Clearing old events away: readers that fall behind are told what they missed. */
import type { StateChange } from "../recorded.ts";
import type { Ambient } from "../scope.ts";
import { newestPosition, oldestEvents, pruneEvents } from "../store/events.ts";
import type { Store } from "../store/store.ts";

export const KEEP_MS = 7 * 24 * 60 * 60_000;
/** Positions; a busy server's events of a week would fill a disk. */
export const KEEP_COUNT = 1_000_000;
const INTERVAL_MS = 60 * 60_000;
/** Rows at a time: others' transactions go between. */
const CHUNK = 500;

export interface Keep {
  readonly ms: number;
  readonly count: number;
}

/** Clears away what is older than a week, or more than a million. @returns when to look again */
export async function pruneOldEvents(
  store: Store,
  ambient: Pick<Ambient, "now">,
  keep: Keep = { ms: KEEP_MS, count: KEEP_COUNT },
): Promise<number> {
  for (;;) {
    const oldest = await oldestEvents(store.read, CHUNK);
    const newest = await newestPosition(store.read);
    const youngest = ambient.now() - keep.ms;
    const kept = oldest.findIndex(
      ({ position, event }) => position > newest - keep.count && changedAt(event) >= youngest,
    );
    const gone = kept < 0 ? oldest : oldest.slice(0, kept);
    const last = gone.at(-1);
    if (last !== undefined) await store.transaction((tx) => pruneEvents(tx, last.position));
    if (gone.length < CHUNK) return ambient.now() + INTERVAL_MS;
  }
}

function changedAt(event: string): number {
  return (JSON.parse(event) as StateChange).at;
}
