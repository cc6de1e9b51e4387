/** A stage run on its way from group to group, and what becomes of it when nothing in it is in progress (E3.1, E2.14). */
import { startAction } from "./action-start.ts";
import type { ActionDefinition } from "./definition.ts";
import { actionsOf, type Draft, inProgress } from "./draft.ts";
import { endExecution, endRun, stageAfter } from "./execution.ts";
import { own } from "./records.ts";
import type { StageRun } from "./state.ts";

/** Starts actions of one group, in declaration order. */
export function startActions(
  draft: Draft,
  executionId: string,
  stage: string,
  actions: readonly ActionDefinition[],
): void {
  for (const definition of actions) startAction(draft, { executionId, stage, definition });
}

/** The lowest group that isn't wholly Succeeded; empty when there is none. */
export function openGroup(actions: readonly ActionDefinition[], run: StageRun): readonly ActionDefinition[] {
  const open = actions.filter(({ name }) => own(run.actions, name)?.status !== "Succeeded");
  const lowest = Math.min(...open.map(({ runOrder }) => runOrder));
  return actions.filter(({ runOrder }) => runOrder === lowest);
}

/**
 * Moves a run on after something in it ended: nothing happens while an action is in progress; else the next group
 * starts, or the run ends, and the execution with it or on to the next stage (E1.2, E2.13, E2.14, E6.3, E11.3).
 */
export function advance(draft: Draft, executionId: string, stage: string): void {
  for (;;) {
    const execution = draft.execution(executionId);
    const run = draft.run(executionId, stage);
    if (inProgress(run).length > 0) return;
    if (execution.stop !== undefined) {
      endRun(draft, executionId, stage, "Stopped");
      endExecution(draft, executionId, "Stopped");
      return;
    }
    const actions = actionsOf(draft, execution, stage);
    const group = openGroup(actions, run);
    if (execution.cutBy !== undefined && group.length > 0) {
      endRun(draft, executionId, stage, "Cancelled");
      endExecution(draft, executionId, "Cancelled", updatedSummary(execution.cutBy));
      return;
    }
    if (group.length === 0) {
      succeed(draft, executionId, stage);
      return;
    }
    if (group.some(({ name }) => own(run.actions, name) !== undefined)) {
      endRun(draft, executionId, stage, "Failed");
      endExecution(draft, executionId, "Failed");
      return;
    }
    startActions(draft, executionId, stage, group);
  }
}

/** All actions have succeeded: on to the next stage, in the same transaction (E2.13); a cut one goes no further (E11.4). */
function succeed(draft: Draft, executionId: string, stage: string): void {
  endRun(draft, executionId, stage, "Succeeded");
  const next = stageAfter(draft, executionId, stage);
  const { cutBy } = draft.execution(executionId);
  if (next === undefined) endExecution(draft, executionId, "Succeeded");
  else if (cutBy !== undefined) endExecution(draft, executionId, "Cancelled", updatedSummary(cutBy));
  else draft.arrivals.push({ executionId, stage: next });
}

/** E1.10 */
export function updatedSummary(version: number): string {
  return `The pipeline was updated to version ${version} before the execution could complete.`;
}
