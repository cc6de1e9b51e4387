/** What of a push git is asked to do, and what is refused before it (S6.9, S6.11). */
import { NO_COMMIT } from "./moves.ts";
import { refusedRef } from "./ref-names.ts";
import type { PushRequest, RefUpdate } from "./types.ts";

const REFS_A_PUSH = 1_000;
const REPOSITORY_LIMIT = 10 * 1024 ** 3;

export interface PushPlan {
  readonly accepted: readonly RefUpdate[];
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * @param refs where the repository's refs stand
 * @param received bytes that the repository has taken in so far
 */
export function planPush(
  { updates, atomic }: PushRequest,
  refs: ReadonlyMap<string, string>,
  received: number,
): PushPlan {
  const refused = new Map<string, string>();
  for (const update of updates) {
    const reason = refusal(update, updates.length, refs, received);
    if (reason !== undefined) refused.set(update.ref, reason);
  }
  const accepted = updates.filter(({ ref }) => !refused.has(ref));
  if (!atomic || refused.size === 0) return { accepted, refused };
  for (const { ref } of accepted) refused.set(ref, "atomic push failed");
  return { accepted: [], refused };
}

function refusal(
  { ref, oldCommit, newCommit }: RefUpdate,
  count: number,
  refs: ReadonlyMap<string, string>,
  received: number,
): string | undefined {
  if (count > REFS_A_PUSH) return `more than ${REFS_A_PUSH} refs in one push`;
  const unfit = refusedRef(ref);
  if (unfit !== undefined) return unfit;
  if (newCommit === NO_COMMIT) {
    // git removes a ref unasked of its value when it doesn't know the old commit: events would lose their chain.
    return refs.get(ref) === oldCommit ? undefined : "failed to update ref";
  }
  return received < REPOSITORY_LIMIT ? undefined : `the repository holds ${REPOSITORY_LIMIT} bytes already`;
}
