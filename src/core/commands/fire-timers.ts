import type { Timer } from "../engine/index.ts";
import { takePipeline } from "../store/pipelines.ts";
import type { Store } from "../store/store.ts";
import type { TimerRow } from "../store/tables/pipelines.ts";
import { deleteTimer, dueTimers, nextTimerDue } from "../store/timers.ts";
import type { Room } from "./room.ts";
import { runOn } from "./run-on.ts";
import type { Commands } from "./types.ts";

const PAGE = 100;

/**
 * Fires what is due in order of due time, then id, each in a transaction of its own (E10.1, E10.2).
 *
 * @throws AggregateError of those that failed, after those of all other pipelines were fired; they stay and are due at
 *   once, and so are the later ones of their pipelines, which must not overtake them
 */
export function fireTimersCommand(store: Store, room: Room): Commands["fireTimers"] {
  return async () => {
    const now = room.ambient.now();
    const failures = new Map<string, unknown>();
    let last: TimerRow | undefined;
    do {
      const due: TimerRow[] = await dueTimers(store.read, now, last, PAGE);
      for (const timer of due) {
        if (failures.has(timer.pipeline_id)) continue;
        await fire(store, room, timer).catch((error) => failures.set(timer.pipeline_id, error));
      }
      last = due.length === PAGE ? due.at(-1) : undefined;
    } while (last !== undefined);
    if (failures.size > 0) {
      throw new AggregateError(failures.values(), `timers of ${failures.size} pipelines failed to fire`);
    }
    return nextTimerDue(store.read, now);
  };
}

async function fire(store: Store, room: Room, row: TimerRow): Promise<void> {
  await store.transaction(async (tx) => {
    const pipeline = await takePipeline(tx, row.pipeline_id);
    // Gone meanwhile: cancelled, or fired by another server.
    if (pipeline === undefined || !(await deleteTimer(tx, row.id))) return;
    await runOn(tx, room, pipeline, { type: "timerFired", timer: JSON.parse(row.timer) as Timer });
  });
}
