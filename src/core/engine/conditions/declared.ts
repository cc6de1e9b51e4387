import type { ConditionDefinition, ConditionKind, StageDefinition } from "../definition.ts";
import { type Draft, stageOf } from "../draft.ts";
import type { ExecutionState } from "../state.ts";

/** The condition that an execution meets in a stage; a ROLLBACK meets none (E8.7). */
export function declaredCondition(
  draft: Draft,
  execution: ExecutionState,
  stage: string,
  kind: ConditionKind,
): ConditionDefinition | undefined {
  return execution.type === "ROLLBACK" ? undefined : conditionOf(stageOf(draft, execution, stage), kind);
}

export function conditionOf(
  { beforeEntry, onSuccess, onFailure }: StageDefinition,
  kind: ConditionKind,
): ConditionDefinition | undefined {
  switch (kind) {
    case "BEFORE_ENTRY":
      return beforeEntry;
    case "ON_SUCCESS":
      return onSuccess;
    case "ON_FAILURE":
      return onFailure !== undefined && "condition" in onFailure ? onFailure.condition : undefined;
  }
}
