import type { JobScope } from "../../core/jobs/types.ts";
import { findJobOwner } from "../../core/store/queries/jobs.ts";
import type { Call } from "../aws-json/operation.ts";
import { jobNotFound } from "./errors.ts";

/**
 * Where the caller may look for a job: in the region of the call; a job of a built-in type in any region of the
 * account, and only for workers of the built-in types (providers.md P0.2). Nothing tells whether a foreign id exists.
 *
 * @throws JobNotFoundException; AccessError when a built-in job is not the caller's to work on
 */
export async function jobScope({ core, caller, scope }: Call, jobId: string): Promise<JobScope> {
  const owner = await findJobOwner(core.store.read, scope.account, jobId);
  if (owner === undefined) throw jobNotFound(jobId);
  if (owner === "Custom") return scope;
  core.access.authorize(caller, "millrace:WorkerApi", ["*"]);
  return { account: scope.account };
}
