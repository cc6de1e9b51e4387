import type { ActionTypeId } from "../engine/index.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import type { Room } from "./room.ts";
import { JobError, type JobScope } from "./types.ts";

/**
 * A job of another account or region, or one that the scope doesn't admit, doesn't exist for the caller (api.md §2.4).
 * @throws JobError JobNotFound
 */
export function visible<Job extends Pick<JobRow, "account" | "region" | keyof ActionTypeId>>(
  job: Job | undefined,
  scope: JobScope,
  jobId: string,
): Job {
  if (job === undefined || !isIn(scope, job)) throw new JobError("JobNotFound", jobId);
  return job;
}

function isIn(
  { account, region, admits }: JobScope,
  job: Pick<JobRow, "account" | "region" | keyof ActionTypeId>,
): boolean {
  if (job.account !== account || (region ?? job.region) !== job.region) return false;
  if (admits === undefined) return true;
  const { category, owner, provider, version } = job;
  return admits({ category, owner, provider, version, region: job.region });
}

/** Whether a worker of built-in types does it: those keep a lease, others have the action's time (E3.15). */
export function isBuiltIn({ catalogue }: Pick<Room, "catalogue">, job: ActionTypeId): boolean {
  return job.owner !== "Custom" && !catalogue.partners.has(job);
}
