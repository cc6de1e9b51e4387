/** The accounts of an installation that there is work in: that of the root key, and those that have pipelines. */
import { accountsWithPipelines } from "../core/store/queries/pipelines.ts";
import type { Reader } from "../core/store/store.ts";

/** How long an answer counts: every poll of the embedded worker asks. */
const KEPT_MS = 1_000;

/** @param now epoch milliseconds */
export function createAccounts(
  db: Reader,
  account: string,
  now: () => number,
): () => Promise<readonly string[]> {
  let known: readonly string[] = [account];
  let until = 0;
  return async () => {
    if (now() < until) return known;
    known = [...new Set([account, ...(await accountsWithPipelines(db))])];
    until = now() + KEPT_MS;
    return known;
  };
}
