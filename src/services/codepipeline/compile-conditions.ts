/** A stage's conditions as the engine sees them (E9.1); what may stand where was checked before. */
import type {
  ConditionDefinition,
  FailureDefinition,
  RuleDefinition,
  StageDefinition,
} from "../../core/engine/index.ts";
import type { Scope } from "../../core/scope.ts";
import type { Stage } from "./declaration.ts";
import { given } from "./given.ts";

type Condition = NonNullable<Stage["beforeEntry"]>["conditions"][number];
type Rule = NonNullable<Condition["rules"]>[number];

export function compileConditions(
  { beforeEntry, onSuccess, onFailure }: Stage,
  scope: Scope,
): Pick<StageDefinition, "beforeEntry" | "onSuccess" | "onFailure"> {
  return given({
    beforeEntry: compileCondition(beforeEntry?.conditions, "SKIP", scope),
    onSuccess: compileCondition(onSuccess?.conditions, "ROLLBACK", scope),
    onFailure: compileFailure(onFailure, scope),
  });
}

/** A condition without rules has nothing that could fail. A result that isn't `besides` is FAIL, as none is (E9.1). */
function compileCondition<R extends "SKIP" | "ROLLBACK">(
  [condition]: readonly Condition[] = [],
  besides: R,
  scope: Scope,
): ConditionDefinition<"FAIL" | R> | undefined {
  const { result, rules = [] } = condition ?? {};
  if (rules.length === 0) return undefined;
  return {
    result: result === besides ? besides : "FAIL",
    rules: rules.map((rule) => compileRule(rule, scope)),
  };
}

function compileFailure(onFailure: Stage["onFailure"], scope: Scope): FailureDefinition | undefined {
  switch (onFailure?.result) {
    case "ROLLBACK":
      return { result: "ROLLBACK" };
    case "RETRY":
      return { result: "RETRY", retryMode: onFailure.retryConfiguration?.retryMode ?? "FAILED_ACTIONS" };
    default: {
      const condition = compileCondition(onFailure?.conditions, "ROLLBACK", scope);
      return condition && { condition };
    }
  }
}

function compileRule(rule: Rule, scope: Scope): RuleDefinition {
  const { category, owner = "AWS", provider, version = "1" } = rule.ruleTypeId;
  const { roleArn, commands, timeoutInMinutes: timeoutMinutes } = rule;
  return {
    name: rule.name,
    type: { category, owner, provider, version },
    configuration: rule.configuration ?? {},
    inputs: (rule.inputArtifacts ?? []).map(({ name }) => name),
    region: rule.region ?? scope.region,
    ...given({ roleArn, commands, timeoutMinutes }),
  };
}
