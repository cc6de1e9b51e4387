import { AccessError } from "../../core/access/types.ts";
import type { JobScope } from "../../core/jobs/types.ts";
import { findJobOwner } from "../../core/store/queries/jobs.ts";
import type { Call } from "../aws-json/operation.ts";
import { jobNotFound } from "./errors.ts";

/**
 * Where the caller may look for a job: in the region of the call; a job of a built-in type in any region of the
 * account, and only for workers of the built-in types (providers.md P0.2). Nothing tells whether a foreign id exists.
 *
 * @throws JobNotFoundException
 */
export async function jobScope({ core, caller, scope }: Call, jobId: string): Promise<JobScope> {
  const owner = await findJobOwner(core.store.read, scope.account, jobId);
  if (owner === undefined) throw jobNotFound(jobId);
  if (owner === "Custom") return scope;
  if (!mayWorkOnBuiltIns()) throw jobNotFound(jobId);
  return { account: scope.account };

  function mayWorkOnBuiltIns(): boolean {
    try {
      core.access.authorize(caller, "millrace:WorkerApi", ["*"]);
      return true;
    } catch (error) {
      if (error instanceof AccessError) return false;
      throw error;
    }
  }
}
