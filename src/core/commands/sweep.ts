import type { Ambient } from "../scope.ts";
import { clearHistory, forgetEndedJobs, removedPipelines } from "../store/removal.ts";
import type { Store } from "../store/store.ts";

/** Ended jobs are described, and late results answered, for a day (E11.7, api.md §15). */
const JOB_MEMORY_MS = 24 * 60 * 60 * 1000;
const INTERVAL_MS = 60 * 60 * 1000;
/** Rows at a time: others' transactions go between. */
const CHUNK = 500;

/** Clears away the history of deleted pipelines and forgets jobs that ended long ago. @returns when to look again */
export async function sweep(store: Store, ambient: Ambient): Promise<number> {
  for (const pipelineId of await removedPipelines(store.read)) {
    let empty = false;
    while (!empty) empty = await store.transaction((tx) => clearHistory(tx, pipelineId, CHUNK));
  }
  const before = ambient.now() - JOB_MEMORY_MS;
  let forgotten = CHUNK;
  while (forgotten === CHUNK) {
    forgotten = await store.transaction((tx) => forgetEndedJobs(tx, before, CHUNK));
  }
  return ambient.now() + INTERVAL_MS;
}
