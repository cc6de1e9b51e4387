import { AccessError } from "../../core/access/types.ts";
import type { JobScope } from "../../core/jobs/types.ts";
import { findJobType } from "../../core/store/queries/jobs.ts";
import type { Call } from "../aws-json/operation.ts";
import { jobNotFound } from "./errors.ts";

const WORKING = "millrace:WorkerApi";

/**
 * Where the caller may look for a job: in the region of the call; a job of a built-in type in any region of the
 * account, and only for workers of the built-in types (providers.md P0.2). Nothing tells whether a foreign id exists.
 *
 * @throws JobNotFoundException
 */
export async function jobScope(
  { core, caller, scope, circumstances }: Call,
  jobId: string,
): Promise<JobScope> {
  const type = await findJobType(core.store.read, scope.account, jobId);
  if (type === undefined || core.catalogue.partners.has(type)) throw jobNotFound(jobId);
  if (type.owner === "Custom") return scope;
  if (!(await mayWorkOnBuiltIns())) throw jobNotFound(jobId);
  return { account: scope.account };

  async function mayWorkOnBuiltIns(): Promise<boolean> {
    try {
      await core.access.authorize(caller, WORKING, [{ action: WORKING, resource: "*" }], circumstances);
      return true;
    } catch (error) {
      if (error instanceof AccessError) return false;
      throw error;
    }
  }
}
