/** Signs of life of workers, and what becomes of jobs without them (E3.10, E3.15). */
import { isLiveNonce } from "../nonce.ts";
import { afterCommit } from "../store/after-commit.ts";
import { expiredLeases, type Lease, nextLeaseEnd, renewLease, requeueJob } from "../store/job-queue.ts";
import { jobTopic } from "../store/job-topic.ts";
import { findJob, takeJobAndPipeline } from "../store/jobs.ts";
import { WORKER_LEASE_MS } from "./durations.ts";
import { isBuiltIn, visible } from "./find.ts";
import { reportOf } from "./report.ts";
import type { Room } from "./room.ts";
import { JobError, type Jobs } from "./types.ts";

export function extendLeaseCommand({ store, ambient }: Room): Jobs["extendLease"] {
  return (scope, jobId) =>
    store.transaction(async (tx) => {
      const job = visible(await findJob(tx, jobId), scope, jobId);
      if (await renewLease(tx, jobId, ambient.now() + WORKER_LEASE_MS)) return { verdict: "continue" };
      return { verdict: "cancel", reason: `the job is ${job.status} and not this worker's any more` };
    });
}

export function giveUpCommand(room: Room): Jobs["giveUp"] {
  return async (scope, jobId, nonce) => {
    const job = visible(await findJob(room.store.read, jobId), scope, jobId);
    if (!isBuiltIn(room, job)) throw new JobError("JobNotFound", jobId);
    if (job.lease_until === null || !isLiveNonce(nonce, job.nonce)) return;
    await endLease(room, { id: jobId, status: job.status }, job.lease_until);
  };
}

const PAGE = 100;

/** @throws AggregateError of those that failed, after all others were done */
export function expireLeasesCommand(room: Room): Jobs["expireLeases"] {
  return async () => {
    const now = room.ambient.now();
    const failures: unknown[] = [];
    let expired: Lease[];
    do {
      expired = await expiredLeases(room.store.read, now, PAGE);
      for (const lease of expired) await endLease(room, lease, now).catch((error) => failures.push(error));
    } while (expired.length === PAGE && failures.length === 0);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} leases failed to end`);
    return nextLeaseEnd(room.store.read, now);
  };
}

/** Ends a lease unless it was renewed meanwhile. @param until the latest end that it may have, in epoch ms */
function endLease(room: Room, { id, status }: Lease, until: number): Promise<void> {
  return status === "Dispatched" ? requeue(room, id, until) : lose(room, id, until);
}

async function requeue({ store }: Room, id: string, until: number): Promise<void> {
  await store.transaction(async (tx) => {
    const job = await requeueJob(tx, id, until);
    if (job !== undefined) afterCommit(tx, () => store.announce(jobTopic(job.account, job)));
  });
}

async function lose({ store, commands, workerLost }: Room, id: string, until: number): Promise<void> {
  await store.transaction(async (tx) => {
    const { pipeline, job } = await takeJobAndPipeline(tx, id);
    if (pipeline === undefined || job === undefined) return;
    if (job.status !== "InProgress" || job.lease_until === null || job.lease_until > until) return;
    await workerLost(tx, id);
    const token = job.continuation_token;
    await commands.runOn(tx, pipeline, {
      type: "jobLost",
      ...reportOf(job),
      ...(token !== null && { continuationToken: JSON.parse(token) as string }),
    });
  });
}
