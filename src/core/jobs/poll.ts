/** Handing out jobs, and waiting for some (E3.9, E3.10). */

import type { ActionTypeId } from "../engine/index.ts";
import { newNonce } from "../nonce.ts";
import { ANY_TOPIC } from "../store/announcements.ts";
import { handOutJob } from "../store/job-queue.ts";
import { jobTopic } from "../store/job-topic.ts";
import { hasQueuedJob, takeQueuedJobs } from "../store/queued-jobs.ts";
import { queuedTypes } from "../store/queued-types.ts";
import type { Tx } from "../store/store.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import { ACKNOWLEDGEMENT_MS } from "./durations.ts";
import { keptJob } from "./kept-job.ts";
import { notedPolls } from "./noted-polls.ts";
import type { Room } from "./room.ts";
import type { JobScope, Jobs, KeptJob } from "./types.ts";

export function pollCommand(room: Room): Jobs["poll"] {
  const note = notedPolls(room);
  return async (scope, { types, max, query }) => {
    await note(scope.account, types);
    return room.store.transaction(async (tx) => {
      const jobs: KeptJob[] = [];
      for (const type of await queuedTypes(tx, scope.account, types)) {
        if (jobs.length >= max) break;
        const filter = { ...scope, type, ...(query && { queryValue: JSON.stringify(query.value) }) };
        const queued = await takeQueuedJobs(tx, filter, max - jobs.length);
        for (const job of queued) jobs.push(await handOut(room, tx, job));
      }
      return jobs;
    });
  };
}

async function handOut(room: Room, tx: Tx, job: JobRow): Promise<KeptJob> {
  const nonce = newNonce(room.ambient);
  await handOutJob(tx, { id: job.id, nonce, leaseUntil: room.ambient.now() + ACKNOWLEDGEMENT_MS });
  return { ...(await keptJob(room, tx, { ...job, status: "Dispatched" })), nonce };
}

export function waitCommand({ store }: Room): Jobs["wait"] {
  return async (scope, types, ms, signal) => {
    if (signal.aborted) return false;
    const topics = new Set(types.map((type) => jobTopic(scope.account, type)));
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const giveUp = () => resolve(false);
    // Listening first: what is queued between the caller's last poll and now is seen one way or the other.
    const stopListening = store.listen((topic) => {
      if (topic === ANY_TOPIC || topics.has(topic)) resolve(true);
    });
    const timeout = setTimeout(giveUp, ms);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return (await anyQueued({ store }, scope, types)) || (await promise);
    } finally {
      stopListening();
      clearTimeout(timeout);
      signal.removeEventListener("abort", giveUp);
    }
  };
}

async function anyQueued(
  { store }: Pick<Room, "store">,
  scope: JobScope,
  types: readonly ActionTypeId[],
): Promise<boolean> {
  for (const type of await queuedTypes(store.read, scope.account, types)) {
    if (await hasQueuedJob(store.read, { ...scope, type })) return true;
  }
  return false;
}
