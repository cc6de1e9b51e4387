/** Looks for a history that the store and the model tell differently, and for the shortest one that shows it. */
import fc from "fast-check";
import type { Store } from "../src/core/store/store.ts";
import { emptyStore } from "./empty-store.ts";
import { revive } from "./faults.ts";
import { runHistory } from "./history/run.ts";
import { type Plan, plans } from "./history/step.ts";
import { System } from "./system.ts";

export interface Hunt {
  readonly histories: number;
  readonly steps: number;
  /** The first history that failed, and how. */
  readonly failure: { readonly seed: number; readonly error: unknown } | undefined;
}

const HISTORIES_KEPT = 10;

/**
 * Runs histories of `length` steps at most, one seed after the other, until one fails.
 *
 * @param goOn whether to begin another, after so many steps
 */
export async function hunt(
  store: Store,
  firstSeed: number,
  length: number,
  goOn: (steps: number) => boolean,
): Promise<Hunt> {
  let steps = 0;
  let histories = 0;
  for (let seed = firstSeed; goOn(steps); seed++) {
    const [plan] = fc.sample(plans(length), { seed, numRuns: 1 });
    if (plan === undefined) throw new Error(`seed ${seed} makes no plan`);
    histories += 1;
    steps += plan.steps.length;
    if (histories % HISTORIES_KEPT === 0) await emptyStore(store);
    try {
      await runHistory(new System(store), plan);
    } catch (error) {
      revive();
      return { histories, steps, failure: { seed, error } };
    }
  }
  return { histories, steps, failure: undefined };
}

/**
 * The shortest history in which the seed's still fails, each tried on a store of its own.
 *
 * @param withStore opens an empty store, and takes it away afterwards
 * @returns undefined if it doesn't fail again
 */
export async function shorten(
  seed: number,
  length: number,
  withStore: (use: (store: Store) => Promise<void>) => Promise<void>,
): Promise<{ plan: Plan; error: unknown } | undefined> {
  const property = fc.asyncProperty(plans(length), (plan) =>
    withStore((store) => runHistory(new System(store), plan)).finally(revive),
  );
  const { counterexample, errorInstance } = await fc.check(property, { seed, numRuns: 1 });
  const [plan] = counterexample ?? [];
  return plan === undefined ? undefined : { plan, error: errorInstance };
}
