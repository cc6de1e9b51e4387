import { AccessError } from "../../core/access/types.ts";
import type { ActionTypeId } from "../../core/engine/index.ts";
import type { JobScope } from "../../core/jobs/types.ts";
import type { Call } from "../aws-json/operation.ts";

const WORKING = "millrace:WorkerApi";

/**
 * Where the caller may look for a job: in the region of the call; a job of a built-in type in any region of the
 * account, and only for workers of the built-in types (providers.md P0.2). Nothing tells whether a foreign id exists.
 */
export function jobScope(call: Call): Promise<JobScope> {
  return scopeOf(call, () => false);
}

/**
 * As `jobScope`, for a result: that of a function's job may come from the function itself, whose credentials needn't be
 * a worker's (P7.3, P9).
 */
export function resultScope(call: Call): Promise<JobScope> {
  return scopeOf(call, (type) => call.core.catalogue.find(type)?.byFunction !== undefined);
}

/** @param ownWord of which built-in types a result counts from whoever calls in the job's region */
async function scopeOf(call: Call, ownWord: (type: ActionTypeId) => boolean): Promise<JobScope> {
  const { core, scope } = call;
  const worker = await mayWorkOnBuiltIns(call);
  return {
    account: scope.account,
    admits(job) {
      if (core.catalogue.partners.has(job)) return false;
      if (job.owner !== "Custom" && worker) return true;
      return job.region === scope.region && (job.owner === "Custom" || ownWord(job));
    },
  };
}

async function mayWorkOnBuiltIns({ core, caller, circumstances }: Call): Promise<boolean> {
  try {
    await core.access.authorize(caller, WORKING, [{ action: WORKING, resource: "*" }], circumstances);
    return true;
  } catch (error) {
    if (error instanceof AccessError) return false;
    throw error;
  }
}
