/** Where a rule stands: which rule of which condition of which stage, in which execution. */
import type { ConditionKind, RuleDefinition } from "../definition.ts";
import type { Draft } from "../draft.ts";
import { own } from "../records.ts";
import type { ConditionState, RuleState, StageRun } from "../state.ts";
import { declaredCondition } from "./declared.ts";
import { evaluationOf, KINDS, saveCondition } from "./evaluations.ts";

export interface RuleAt {
  readonly executionId: string;
  readonly stage: string;
  readonly kind: ConditionKind;
  readonly definition: RuleDefinition;
}

/** @throws Error for a rule that the execution's version doesn't have */
export function locateRule(
  draft: Draft,
  executionId: string,
  stage: string,
  kind: ConditionKind,
  name: string,
): RuleAt {
  const condition = declaredCondition(draft, draft.execution(executionId), stage, kind);
  const definition = condition?.rules.find((rule) => rule.name === name);
  if (definition === undefined) throw new Error(`${kind} of stage ${stage} has no rule ${name}`);
  return { executionId, stage, kind, definition };
}

/** The evaluation that is at work. @throws Error when there is none */
export function conditionAt(
  draft: Draft,
  { executionId, stage, kind }: Omit<RuleAt, "definition">,
): ConditionState {
  const state = evaluationOf(draft.run(executionId, stage), kind);
  if (state === undefined) throw new Error(`${kind} of stage ${stage} is not evaluated`);
  return state;
}

/** @throws Error for a rule that hasn't started */
export function ruleAt(draft: Draft, at: RuleAt): RuleState {
  const rule = own(conditionAt(draft, at).rules, at.definition.name);
  if (rule === undefined) throw new Error(`rule ${at.definition.name} has not started`);
  return rule;
}

export function saveRuleAt(draft: Draft, at: RuleAt, rule: RuleState): void {
  const condition = conditionAt(draft, at);
  const rules = { ...condition.rules, [at.definition.name]: rule };
  saveCondition(draft, at.executionId, at.stage, at.kind, { ...condition, rules });
}

/** The rule execution of that id, if it is at work in the run. */
export function findRule(
  run: StageRun | undefined,
  ruleExecutionId: string,
): { readonly kind: ConditionKind; readonly name: string; readonly rule: RuleState } | undefined {
  if (run === undefined) return undefined;
  for (const kind of KINDS) {
    const rules = evaluationOf(run, kind)?.rules ?? {};
    const name = Object.keys(rules).find((key) => rules[key]?.id === ruleExecutionId);
    const rule = name === undefined ? undefined : own(rules, name);
    if (name !== undefined && rule?.status === "InProgress") return { kind, name, rule };
  }
  return undefined;
}
