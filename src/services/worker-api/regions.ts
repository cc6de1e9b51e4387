/** Polling for the jobs of several regions, each as if it were the only one (P0.17). */
import type { Core } from "../../core/core.ts";
import type { ActionTypeId } from "../../core/engine/index.ts";
import type { JobScope, KeptJob } from "../../core/jobs/types.ts";

interface Request {
  readonly types: readonly ActionTypeId[];
  readonly max: number;
}

/** Jobs of the first scope, then of the next, as far as `max` goes; never waits. */
export async function pollEach(
  { jobs }: Pick<Core, "jobs">,
  scopes: readonly JobScope[],
  { types, max }: Request,
): Promise<readonly KeptJob[]> {
  const found: KeptJob[] = [];
  for (const scope of scopes) {
    if (found.length >= max) break;
    found.push(...(await jobs.poll(scope, { types, max: max - found.length })));
  }
  return found;
}

/** Resolves when a job may have been queued in any of the scopes, after `ms`, or on abort. */
export async function waitForAny(
  { jobs }: Pick<Core, "jobs">,
  scopes: readonly JobScope[],
  types: readonly ActionTypeId[],
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race(scopes.map((scope) => jobs.wait(scope, types, ms, either)));
  } finally {
    over.abort();
  }
}
