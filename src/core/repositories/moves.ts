/** How a ref came from where it was known to be to where it is (S6.13, S6.14). */

/** What stands for a ref that isn't there, in git's protocol and in events. */
export const NO_COMMIT = "0".repeat(40);

/** Intents of one ref, as far as they matter here. */
interface Step {
  readonly id: string;
  readonly old_commit: string;
  readonly new_commit: string;
}

export interface Move<Intent extends Step> {
  readonly oldCommit: string;
  readonly newCommit: string;
  /** Absent: nobody announced it; someone used git on the folder. */
  readonly intent?: Intent;
}

/**
 * The unbroken chain of moves from one commit to another: by announced steps where they lead there, the shortest way,
 * else one unannounced move. Nothing when the ref is where it was.
 */
export function movesBetween<Intent extends Step>(
  from: string,
  to: string,
  intents: readonly Intent[],
): Move<Intent>[] {
  if (from === to) return [];
  const steps = shortestWay(from, to, intents);
  if (steps === undefined) return [{ oldCommit: from, newCommit: to }];
  return steps.map((intent) => ({ oldCommit: intent.old_commit, newCommit: intent.new_commit, intent }));
}

function shortestWay<Intent extends Step>(
  from: string,
  to: string,
  intents: readonly Intent[],
): Intent[] | undefined {
  const ways = new Map<string, Intent[]>([[from, []]]);
  for (const [commit, way] of ways) {
    if (commit === to) return way;
    for (const intent of intents) {
      if (intent.old_commit === commit && !ways.has(intent.new_commit)) {
        ways.set(intent.new_commit, [...way, intent]);
      }
    }
  }
  return undefined;
}
