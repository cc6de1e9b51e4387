import type { Job } from "../protocol.ts";

/** Whether the server asks the job's role what the job may do: where any role has keys (P10.5). */
export function rolesCount(job: Job): boolean {
  return job.rolesCount === true;
}
