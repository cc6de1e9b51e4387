/** Where an action stands: which action of which stage, in which execution. */
import type { ActionDefinition } from "./definition.ts";
import { actionsOf, type Draft } from "./draft.ts";
import { own } from "./records.ts";
import type { ActionState } from "./state.ts";

export interface ActionAt {
  readonly executionId: string;
  readonly stage: string;
  readonly definition: ActionDefinition;
}

/** @throws Error for an action that the execution's version doesn't have */
export function locate(draft: Draft, executionId: string, stage: string, name: string): ActionAt {
  const actions = actionsOf(draft, draft.execution(executionId), stage);
  const definition = actions.find((action) => action.name === name);
  if (definition === undefined) throw new Error(`stage ${stage} has no action ${name}`);
  return { executionId, stage, definition };
}

/** The latest attempt, if there is one. */
export function findAction(
  draft: Draft,
  { executionId, stage, action }: { executionId: string; stage: string; action: string },
): ActionState | undefined {
  return own(own(draft.find(executionId)?.runs, stage)?.actions, action);
}

/** The latest attempt. @throws Error for an action that never started in this run */
export function actionAt(draft: Draft, { executionId, stage, definition }: ActionAt): ActionState {
  const action = own(draft.run(executionId, stage).actions, definition.name);
  if (action === undefined) throw new Error(`action ${definition.name} has not started`);
  return action;
}

export function saveActionAt(draft: Draft, at: ActionAt, action: ActionState): void {
  const { actions } = draft.run(at.executionId, at.stage);
  draft.saveRun(at.executionId, at.stage, { actions: { ...actions, [at.definition.name]: action } });
}

export function isApproval({ type }: ActionDefinition): boolean {
  return type.category === "Approval";
}
