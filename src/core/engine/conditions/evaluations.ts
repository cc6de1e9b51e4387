/** What became of a stage run's conditions so far. */
import type { ConditionKind } from "../definition.ts";
import type { Draft } from "../draft.ts";
import type { ConditionState, StageRun } from "../state.ts";

/** In the order in which they can come up (E9.9). */
export const KINDS: readonly ConditionKind[] = ["BEFORE_ENTRY", "ON_SUCCESS", "ON_FAILURE"];

/** The last evaluation, unless a retry came since (E7.6). */
export function evaluationOf(run: StageRun, kind: ConditionKind): ConditionState | undefined {
  const state = run.conditions?.[kind];
  return state?.forgotten ? undefined : state;
}

/** The condition whose rules are at work; there is one at most. */
export function conditionInProgress(run: StageRun): ConditionKind | undefined {
  return KINDS.find((kind) => evaluationOf(run, kind)?.status === "InProgress");
}

export function isPassed(state: ConditionState | undefined): boolean {
  return state?.status === "Succeeded" || state?.status === "Overridden";
}

export function hasFailed(state: ConditionState | undefined): boolean {
  return state?.status === "Failed" || state?.status === "Errored";
}

export function saveCondition(
  draft: Draft,
  executionId: string,
  stage: string,
  kind: ConditionKind,
  state: ConditionState,
): void {
  const { conditions } = draft.run(executionId, stage);
  draft.saveRun(executionId, stage, { conditions: { ...conditions, [kind]: state } });
}

/** What a retry leaves of a run's conditions: an entry that was passed counts on, all else is asked anew (E7.6, E9.11). */
export function forgotten({ conditions }: StageRun): Pick<StageRun, "conditions"> {
  if (conditions === undefined) return {};
  const kept = Object.entries(conditions).map(([kind, state]) => {
    const stays = kind === "BEFORE_ENTRY" && isPassed(state);
    return [kind, stays ? state : { ...state, forgotten: true as const }];
  });
  return { conditions: Object.fromEntries(kept) };
}
