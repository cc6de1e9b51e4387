/**
 * Durable transitions: a job's result in, everything that follows from it committed, the next job ready. Engine,
 * commands and store on SQLite with synchronous=FULL, without HTTP.
 */
import { inTurns, type Rig } from "./rig.ts";
import { transitionsRig } from "./transitions-rig.ts";
import { trialRig } from "./trial.ts";

const CALLERS = 64;

export interface TransitionFigures {
  /** With 64 callers at once, each on a pipeline of its own. */
  readonly perSecond: number;
  /** Steps per second of the yardstick, measured in turns with it. */
  readonly yardstickPerSecond: number;
}

/** The budget is 8,000 a second where the yardstick takes 12,000 steps: a ratio of 0.67. */
export async function measureTransitions(rounds = 300): Promise<TransitionFigures> {
  const rigs = [await transitionsRig(CALLERS, 0), await trialRig(CALLERS)];
  const [perSecond = 0, yardstickPerSecond = 0] = await measured(rigs, rounds);
  return { perSecond, yardstickPerSecond };
}

/** @returns the cost of a transition with 1,000,000 past executions, as a multiple of that with 1,000 */
export async function measureHistoryCost(rounds = 300): Promise<number> {
  const rigs = [await transitionsRig(CALLERS, 1_000), await transitionsRig(CALLERS, 1_000_000)];
  const [few = 0, many = 0] = await measured(rigs, rounds);
  return few / many;
}

async function measured(rigs: readonly Rig[], rounds: number): Promise<number[]> {
  try {
    return await inTurns(rigs, rounds);
  } finally {
    for (const rig of rigs) await rig.close();
  }
}

if (import.meta.main) {
  const { perSecond, yardstickPerSecond } = await measureTransitions();
  const ratio = (perSecond / yardstickPerSecond).toFixed(2);
  console.log(`durable transitions, ${CALLERS} callers: ${Math.round(perSecond)} a second`);
  console.log(
    `of the yardstick (${Math.round(yardstickPerSecond)} steps a second): ${ratio} (budget ≥ 0.67)`,
  );
  const cost = await measureHistoryCost();
  console.log(`cost with 1,000,000 past executions: ${cost.toFixed(2)} × that with 1,000 (budget < 1.1)`);
}
