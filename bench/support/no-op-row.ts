/** The three ways in which a pipeline of no-op actions can run, each with its own budget. */
import { duration } from "./numbers.ts";
import { compare, type Rig } from "./rig.ts";
import type { Row } from "./row.ts";

export const ACTIONS = 40;
/** A job handed out, acknowledged, and its result with all that follows: three commits an action. */
export const COMMITS = 3 * ACTIONS;

export interface NoOpRow {
  readonly name: string;
  readonly through: string;
  readonly budgetSeconds: number;
  /** The pipeline, and the bare commits. */
  rigs(stack: AsyncDisposableStack): Promise<readonly [Rig, Rig]>;
}

export function noOpRow({ name, through, budgetSeconds, rigs }: NoOpRow): Row {
  return {
    name,
    what: `pipeline of ${ACTIONS} sequential no-op actions through ${through}, against ${COMMITS} bare commits`,
    budget: `≤ ${budgetSeconds.toFixed(2)} s`,

    async measure() {
      await using stack = new AsyncDisposableStack();
      const [pipeline, commits] = await compare(...(await rigs(stack)), { rounds: 15, warmUp: 5 });
      return {
        measured: duration(pipeline),
        baseline: duration(commits),
        ratio: pipeline / commits,
        holds: pipeline <= budgetSeconds * 1_000,
      };
    },
  };
}
