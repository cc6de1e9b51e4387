/** State changes in the order in which they happen (E12.5). */

import type { ActionDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";
import type { StateChange } from "./effect.ts";
import type { ActionState, ExecutionState } from "./state.ts";

export function pipelineEvent(draft: Draft, executionId: string, state: string): void {
  const execution = draft.execution(executionId);
  emit(draft, execution, {
    level: "pipeline",
    state,
    attempt: execution.attempt,
    startedAt: execution.startedAt,
    ...(state === "STARTED" && { detail: { trigger: execution.trigger } }),
    ...(state === "STOPPING" && execution.stop?.reason && { detail: { comments: execution.stop.reason } }),
  });
}

/** In stage events `attempt` is 0 until the execution's first retry (E12.4). */
export function stageEvent(draft: Draft, executionId: string, stage: string, state: string): void {
  const execution = draft.execution(executionId);
  const { startedAt, lastRetryAt } = draft.run(executionId, stage);
  emit(draft, execution, {
    level: "stage",
    state,
    stage,
    attempt: execution.attempt === 1 ? 0 : execution.attempt,
    startedAt,
    ...(lastRetryAt !== undefined && { detail: { lastRetryAt } }),
  });
}

export function actionEvent(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
  action: ActionState,
  state: string,
): void {
  const execution = draft.execution(executionId);
  emit(draft, execution, {
    level: "action",
    state,
    stage,
    action: definition.name,
    actionExecutionId: action.id,
    type: definition.type,
    region: definition.region,
    attempt: execution.attempt,
    startedAt: action.startedAt,
  });
}

function emit(
  draft: Draft,
  execution: ExecutionState,
  change: Omit<StateChange, "executionId" | "version" | "at">,
): void {
  const event = { ...change, executionId: execution.id, version: execution.version, at: draft.env.now };
  draft.effects.push({ type: "event", event });
}
