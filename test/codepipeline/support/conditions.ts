/** Stages with conditions, for tests: rules that the engine decides need no worker. */
import type { RuleDeclaration, StageDeclaration } from "@aws-sdk/client-codepipeline";

/** Compares the execution's variable `Env` with `prod`. */
export const inProduction: RuleDeclaration = {
  name: "Production",
  ruleTypeId: { category: "Rule", owner: "AWS", provider: "VariableCheck", version: "1" },
  configuration: { Variable: "#{variables.Env}", Value: "prod", Operator: "EQ" },
};

/** Opens when nobody waits any more. */
export const someDay: RuleDeclaration = {
  name: "SomeDay",
  ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
  configuration: { Cron: "0 0 0 1 1 ? 2098", TimeZone: "UTC" },
  timeoutInMinutes: 86_400,
};

export function before(
  stage: StageDeclaration,
  result: "FAIL" | "SKIP",
  ...rules: RuleDeclaration[]
): StageDeclaration {
  return { ...stage, beforeEntry: { conditions: [{ result, rules }] } };
}

export function after(
  stage: StageDeclaration,
  result: "FAIL" | "ROLLBACK",
  ...rules: RuleDeclaration[]
): StageDeclaration {
  return { ...stage, onSuccess: { conditions: [{ result, rules }] } };
}
