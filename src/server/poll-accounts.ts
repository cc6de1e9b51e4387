/** Polling for the jobs of several accounts at once, each by its own door. */
import type { Core } from "../core/core.ts";
import type { Door } from "../services/worker-api/index.ts";

type PollRequest = Parameters<Door["poll"]>[0];
type Handed = Awaited<ReturnType<Door["poll"]>>;

/** An account that comes while a poll waits is asked by the next one. */
const MAX_WAIT_SECONDS = 5;

/** @returns polls each account in turn, and waits for all of them together */
export function pollAccounts(
  { jobs, ambient }: Pick<Core, "jobs" | "ambient">,
  doorOf: (account: string) => Door,
) {
  /** Whose turn it is first, so that a busy account can't keep the others waiting. */
  let first = 0;

  return async (accounts: readonly string[], request: PollRequest, signal: AbortSignal): Promise<Handed> => {
    const [only] = accounts;
    const waitSeconds = Math.min(request.waitSeconds, MAX_WAIT_SECONDS);
    if (accounts.length === 1 && only !== undefined)
      return doorOf(only).poll({ ...request, waitSeconds }, signal);
    const until = ambient.now() + waitSeconds * 1000;
    while (!signal.aborted) {
      const found = await askAll(accounts, request, signal);
      const left = until - ambient.now();
      if (found.length > 0 || left <= 0) return found;
      await anyQueued(accounts, request, left, signal);
    }
    return [];
  };

  async function askAll(
    accounts: readonly string[],
    request: PollRequest,
    signal: AbortSignal,
  ): Promise<Handed> {
    first += 1;
    const found: Handed = [];
    for (const index of accounts.keys()) {
      const account = accounts[(first + index) % accounts.length];
      const maxBatchSize = request.maxBatchSize - found.length;
      if (account === undefined || maxBatchSize <= 0) break;
      found.push(...(await doorOf(account).poll({ ...request, maxBatchSize, waitSeconds: 0 }, signal)));
    }
    return found;
  }

  async function anyQueued(
    accounts: readonly string[],
    { actionTypeIds }: PollRequest,
    ms: number,
    signal: AbortSignal,
  ): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    try {
      await Promise.race(accounts.map((account) => jobs.wait({ account }, actionTypeIds, ms, either)));
    } finally {
      over.abort();
    }
  }
}
