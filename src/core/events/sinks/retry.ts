/** When to try again, and when to give up: bounded, so that one event doesn't hold up a sink for ever. */

export interface RetryPolicy {
  /** Before the second try; each further wait is twice as long. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Tries of an event that the receiver refuses. */
  readonly refusedTries: number;
  /** How long any event is tried for. */
  readonly patienceMs: number;
}

export const RETRY: RetryPolicy = {
  firstWaitMs: 500,
  longestWaitMs: 5 * 60_000,
  refusedTries: 8,
  patienceMs: 24 * 60 * 60_000,
};

/**
 * @param failures rounds in a row that failed, 1 or more
 * @param chance from 0 to 1: servers that failed together don't come back together
 * @returns milliseconds to wait
 */
export function waitAfter(
  { firstWaitMs, longestWaitMs }: RetryPolicy,
  failures: number,
  chance: number,
): number {
  const longest = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 30), longestWaitMs);
  return longest * (0.5 + chance / 2);
}

/** What is known of the tries of each event that has failed. */
export class Tries {
  readonly #policy: RetryPolicy;
  readonly #failed = new Map<string, { readonly count: number; readonly since: number }>();

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /** Counts a failed try. @returns whether it was the last */
  failed(id: string, refused: boolean, now: number): boolean {
    const before = this.#failed.get(id) ?? { count: 0, since: now };
    const count = before.count + 1;
    this.#failed.set(id, { ...before, count });
    const over = refused && count >= this.#policy.refusedTries;
    if (!over && now - before.since < this.#policy.patienceMs) return false;
    this.#failed.delete(id);
    return true;
  }

  forget(id: string): void {
    this.#failed.delete(id);
  }
}
