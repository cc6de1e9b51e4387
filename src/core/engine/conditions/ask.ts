import type { ConditionKind, ConditionResult } from "../definition.ts";
import type { Draft } from "../draft.ts";
import { declaredCondition } from "./declared.ts";
import { evaluate } from "./evaluate.ts";
import { evaluationOf, hasFailed, isPassed } from "./evaluations.ts";

/**
 * Whether a run may go on past a condition: one that isn't declared is passed; one that wasn't evaluated is now, and
 * there is no answer yet.
 *
 * @returns the result where it engages: the condition Failed or Errored (E9.4)
 */
export function ask(
  draft: Draft,
  executionId: string,
  stage: string,
  kind: ConditionKind,
): "passed" | "asked" | ConditionResult {
  const condition = declaredCondition(draft, draft.execution(executionId), stage, kind);
  if (condition === undefined) return "passed";
  const state = evaluationOf(draft.run(executionId, stage), kind);
  if (isPassed(state)) return "passed";
  if (hasFailed(state)) return condition.result;
  evaluate(draft, executionId, stage, kind, condition);
  return "asked";
}
