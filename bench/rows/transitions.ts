/**
 * Durable transitions: a job's result in, everything that follows from it committed, the next job ready. Engine,
 * commands and store on SQLite with synchronous=FULL, without HTTP.
 */
import { whole } from "../support/numbers.ts";
import { inTurns } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { BUSY_PIPELINES, CALLERS, transitionsRig, warmUpTransitions } from "../support/transitions-rig.ts";
import { trialRig } from "../support/trial.ts";

/** The budget was set where the trial took 12,000 steps a second. */
const LEAST = 8_000 / 12_000;

export const transitions: Row = {
  name: "transitions",
  what: `durable transitions, SQLite FULL, ${CALLERS} callers at once, ${whole(BUSY_PIPELINES)} pipelines in progress, without HTTP, against bare steps of seven statements for as many owners`,
  budget: "≥ 8,000/s where the bare steps do 12,000/s: ratio ≥ 0.67",

  async measure() {
    await warmUpTransitions();
    const rigs = [await transitionsRig(0), await trialRig(CALLERS, BUSY_PIPELINES)];
    const [rate = 0, bare = 0] = await inTurns(rigs, { rounds: 100, warmUp: 20 });
    const ratio = rate / bare;
    return { measured: `${whole(rate)}/s`, baseline: `${whole(bare)}/s`, ratio, holds: ratio >= LEAST };
  },
};
