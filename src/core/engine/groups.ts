/** The groups of a stage (E3.1). */
import { startAction } from "./action-start.ts";
import type { ActionDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";
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
