/** What a transition costs must not grow with what happened before it. */
import { whole } from "../support/numbers.ts";
import { inTurns } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { BUSY_PIPELINES, transitionsRig, warmUpTransitions } from "../support/transitions-rig.ts";

export const historyCost: Row = {
  name: "history-cost",
  what: `cost of a transition with 1,000,000 past executions of ${whole(BUSY_PIPELINES)} pipelines, against that with 1,000`,
  budget: "< 1.1 ×",

  async measure() {
    await warmUpTransitions();
    const rigs = [await transitionsRig(1_000), await transitionsRig(1_000_000)];
    const [few = 0, many = 0] = await inTurns(rigs, { rounds: 100, warmUp: 20 });
    const ratio = few / many;
    return { measured: micros(many), baseline: micros(few), ratio, holds: ratio < 1.1 };
  },
};

function micros(perSecond: number): string {
  return `${(1_000_000 / perSecond).toFixed(0)} µs`;
}
