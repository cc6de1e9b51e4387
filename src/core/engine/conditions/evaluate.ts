/** Evaluating a condition: all its rules start together, and each is decided once (E9.2). */
import type { ConditionDefinition, ConditionKind, RuleDefinition } from "../definition.ts";
import type { Draft } from "../draft.ts";
import { type Resolved, resolve } from "../resolve.ts";
import type { RuleState } from "../state.ts";
import { decideRule } from "./decide-rule.ts";
import { saveCondition } from "./evaluations.ts";
import { ruleAt } from "./rule-at.ts";

export function evaluate(
  draft: Draft,
  executionId: string,
  stage: string,
  kind: ConditionKind,
  { rules }: ConditionDefinition,
): void {
  const before = draft.run(executionId, stage).conditions?.[kind];
  const evaluation = (before?.evaluation ?? 0) + 1;
  const started = rules.map((definition) => {
    const at = { executionId, stage, kind, definition };
    return { at, ...startRule(draft, at, evaluation) };
  });
  saveCondition(draft, executionId, stage, kind, {
    status: "InProgress",
    changedAt: draft.env.now,
    evaluation,
    rules: Object.fromEntries(started.map(({ at, rule }) => [at.definition.name, rule])),
  });
  const state = draft.stage(stage);
  if (state?.evaluated?.[kind] !== executionId) {
    draft.saveStage(stage, { evaluated: { ...state?.evaluated, [kind]: executionId } });
  }
  for (const { at, resolved } of started) {
    // One before it may have decided for all.
    if (ruleAt(draft, at).status === "InProgress") decideRule(draft, at, resolved);
  }
}

interface Starting {
  readonly executionId: string;
  readonly stage: string;
  readonly kind: ConditionKind;
  readonly definition: RuleDefinition;
}

function startRule(
  draft: Draft,
  { executionId, stage, kind, definition }: Starting,
  evaluation: number,
): { readonly rule: RuleState; readonly resolved: Resolved } {
  const execution = draft.execution(executionId);
  const resolved = resolve(draft, execution, definition);
  const rule: RuleState = { id: draft.env.newId(), status: "InProgress", startedAt: draft.env.now };
  draft.effects.push({
    type: "ruleStarted",
    rule: {
      ruleExecutionId: rule.id,
      executionId,
      version: execution.version,
      stage,
      condition: kind,
      rule: definition.name,
      evaluation,
      startedAt: rule.startedAt,
      type: definition.type,
      region: definition.region,
      ...(definition.roleArn !== undefined && { roleArn: definition.roleArn }),
      configuration: definition.configuration,
      resolvedConfiguration: resolved.configuration,
      inputs: resolved.inputs,
    },
  });
  return { rule, resolved };
}
