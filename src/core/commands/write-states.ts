/** The states that a command has changed: the pipeline's own, and those of its executions. */
import type { PipelineState, World } from "../engine/index.ts";
import { changeExecution, insertExecutions } from "../store/executions.ts";
import { savePipelineState } from "../store/pipelines.ts";
import { eachInTurn, inTurn } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { ExecutionRow } from "../store/tables/pipelines.ts";
import type { Room } from "./room.ts";
import { standingOf } from "./rows.ts";

interface Changed {
  readonly pipeline: PipelineState;
  readonly executions: readonly ExecutionRow[];
  /** The command's, in the log of commands. */
  readonly position: number;
}

/** @param world before the command */
export function writeStates(
  tx: Tx,
  { pipelineStates }: Room,
  pipelineId: string,
  world: World,
  { pipeline, executions, position: command }: Changed,
): Soon<void> {
  return inTurn(
    () => {
      if (!changesPipeline(world.pipeline, pipeline, executions)) return;
      const state = pipelineStates.stringify(pipelineId, pipeline);
      return savePipelineState(tx, { id: pipelineId, state, command });
    },
    () =>
      eachInTurn(executions, (row) => {
        const before = world.executions.get(row.id);
        return before === undefined
          ? insertExecutions(tx, [row])
          : changeExecution(tx, row, standingOf(before));
      }),
  );
}

/**
 * Most commands change nothing of the pipeline but its latest time. That stands in the executions too, and where every
 * changed one is loaded by whatever command comes next, there it is enough.
 */
function changesPipeline(
  before: PipelineState,
  after: PipelineState,
  changed: readonly ExecutionRow[],
): boolean {
  const members = Object.keys(after) as (keyof PipelineState)[];
  const onlyTime = members.every((member) => member === "latestTime" || after[member] === before[member]);
  return !onlyTime || changed.some((row) => row.contending === 0);
}
