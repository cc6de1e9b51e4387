import { AccessError } from "../../core/access/types.ts";
import type { ActionTypeId } from "../../core/engine/index.ts";
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
export async function jobScope(call: Call, jobId: string): Promise<JobScope> {
  const scope = await scopeOf(call, await typeOf(call, jobId));
  if (scope === undefined) throw jobNotFound(jobId);
  return scope;
}

/**
 * As `jobScope`, for a result: that of a function's job may come from the function itself, whose credentials needn't be
 * a worker's (P9).
 *
 * @throws JobNotFoundException
 */
export async function resultScope(call: Call, jobId: string): Promise<JobScope> {
  const type = await typeOf(call, jobId);
  const scope = await scopeOf(call, type);
  if (scope !== undefined) return scope;
  if (type.category === "Rule" && type.provider === "LambdaInvoke") return call.scope;
  throw jobNotFound(jobId);
}

async function scopeOf(call: Call, { owner }: ActionTypeId): Promise<JobScope | undefined> {
  if (owner === "Custom") return call.scope;
  return (await mayWorkOnBuiltIns(call)) ? { account: call.scope.account } : undefined;
}

async function typeOf({ core, scope }: Call, jobId: string): Promise<ActionTypeId> {
  const type = await findJobType(core.store.read, scope.account, jobId);
  if (type === undefined || core.catalogue.partners.has(type)) throw jobNotFound(jobId);
  return type;
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
