import type { ActionTypeId } from "../engine/index.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import type { Room } from "./room.ts";
import { JobError, type JobScope } from "./types.ts";

/**
 * A job of another account or region doesn't exist for the caller (api.md §2.4).
 * @throws JobError JobNotFound
 */
export function visible<Job extends Pick<JobRow, "account" | "region">>(
  job: Job | undefined,
  scope: JobScope,
  jobId: string,
): Job {
  const seen = job?.account === scope.account && (scope.region ?? job.region) === job.region;
  if (job === undefined || !seen) throw new JobError("JobNotFound", jobId);
  return job;
}

/** Whether a worker of built-in types does it: those keep a lease, others have the action's time (E3.15). */
export function isBuiltIn({ catalogue }: Pick<Room, "catalogue">, job: ActionTypeId): boolean {
  return job.owner !== "Custom" && !catalogue.partners.has(job);
}
