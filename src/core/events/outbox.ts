/** Reading the outbox in order, from any position, and waiting for what comes. */
import { ANY_TOPIC } from "../store/announcements.ts";
import type { EventHorizon } from "../store/event-horizon.ts";
import { EVENT_TOPIC, prunedThrough, readEvents, type StoredEvent } from "../store/events.ts";
import type { Store } from "../store/store.ts";

/** Rows at a time. */
const PAGE = 200;
/** Word of a commit may be lost with its server: nobody waits longer. */
const LOOK_AGAIN_MS = 1_000;
/** While events are there but not settled (event-horizon.ts), which takes as long as others' transactions do. */
const SETTLING_MS = 5;

export interface RowPage {
  readonly rows: readonly StoredEvent[];
  readonly through: number;
  readonly missed: number;
}

/** What is behind `after` and settled, a page of it. */
export async function readPage(store: Store, after: number, through: number): Promise<RowPage> {
  const rows = await readEvents(store.read, after, through, PAGE);
  const first = rows[0]?.position;
  // Read after the rows: whatever was cleared away before they were read is known of here.
  const pruned = first === after + 1 ? 0 : await prunedThrough(store.read);
  const gone = Math.min(pruned, (first ?? Number.POSITIVE_INFINITY) - 1);
  const missed = Math.max(0, gone - after);
  const last = rows.length === PAGE ? rows.at(-1)?.position : through;
  return { rows, missed, through: last ?? through };
}

/** Pages as they come, until `signal` is aborted; none is empty but one that tells of what was missed. */
export async function* followRows(
  store: Store,
  horizon: EventHorizon,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RowPage> {
  const word = wordOfEvents(store, signal);
  try {
    let settling = SETTLING_MS;
    for (let position = after; !signal.aborted; ) {
      // What is committed from here on is heard of.
      word.forget();
      const { settled, more } = await horizon.look();
      const page = settled > position ? await readPage(store, position, settled) : undefined;
      if (page !== undefined) {
        if (page.rows.length > 0 || page.missed > 0) yield page;
        position = page.through;
        settling = SETTLING_MS;
      } else {
        await word.within(more ? settling : LOOK_AGAIN_MS);
        settling = Math.min(2 * settling, LOOK_AGAIN_MS);
      }
    }
  } finally {
    word.stop();
  }
}

/** Whether events were committed since it was last asked to forget. */
function wordOfEvents(store: Store, signal: AbortSignal) {
  let heard = false;
  let wake: (() => void) | undefined;
  const tell = () => {
    heard = true;
    wake?.();
  };
  const stopListening = store.listen((topic) => {
    if (topic === EVENT_TOPIC || topic === ANY_TOPIC) tell();
  });
  signal.addEventListener("abort", tell, { once: true });
  return {
    forget() {
      heard = false;
    },
    async within(ms: number): Promise<void> {
      if (heard || signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timeout = setTimeout(resolve, ms);
      wake = resolve;
      await promise;
      clearTimeout(timeout);
      wake = undefined;
    },
    stop() {
      stopListening();
      signal.removeEventListener("abort", tell);
    },
  };
}
