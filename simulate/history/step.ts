/** What can happen: plain numbers, which choose among what there is when the step comes, so that histories shrink. */
import fc from "fast-check";
import type { Fault } from "../faults.ts";

export interface Step {
  readonly pipeline: number;
  readonly what: number;
  readonly which: number;
  readonly how: number;
  /** What fails during the step; in most nothing does. */
  readonly fault: Fault | undefined;
}

export interface Plan {
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** @param length the most steps of one history */
export function plans(length: number): fc.Arbitrary<Plan> {
  const step: fc.Arbitrary<Step> = fc.record({
    pipeline: fc.nat(2),
    what: fc.nat(115),
    which: fc.nat(1_000_000),
    how: fc.nat(7),
    fault: fc.option(fc.record({ statement: fc.integer({ min: 1, max: 40 }), deadly: fc.boolean() }), {
      freq: 10,
      nil: undefined,
    }),
  });
  return fc.record({
    seed: fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })),
    steps: fc.array(step, { minLength: 1, maxLength: length, size: "max" }),
  });
}

/** The one that a number of a step means, however many there are. */
export const pick = <T>(all: readonly T[], which: number): T | undefined =>
  all.length === 0 ? undefined : all[which % all.length];
