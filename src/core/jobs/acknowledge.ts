import { isLiveNonce } from "../nonce.ts";
import { acknowledgeJob } from "../store/job-queue.ts";
import { takeJob } from "../store/jobs.ts";
import { WORKER_LEASE_MS } from "./durations.ts";
import { isBuiltIn, visible } from "./find.ts";
import type { Room } from "./room.ts";
import { JobError, type JobStatus, type Jobs } from "./types.ts";

/** With the live nonce the job is the worker's; again, the same answer; of an ended job the status tells how (E3.10). */
export function acknowledgeCommand(room: Room): Jobs["acknowledge"] {
  const { store, ambient } = room;
  return (scope, jobId, nonce) =>
    store.transaction(async (tx): Promise<JobStatus> => {
      const job = visible(await takeJob(tx, jobId), scope, jobId);
      if (job.ended !== null) return job.status as JobStatus;
      if (!isLiveNonce(nonce, job.nonce)) throw new JobError("InvalidNonce", jobId);
      if (job.status === "Dispatched") {
        const leaseUntil = isBuiltIn(room, job) ? ambient.now() + WORKER_LEASE_MS : null;
        await acknowledgeJob(tx, { id: jobId, leaseUntil });
      }
      return "InProgress";
    });
}
