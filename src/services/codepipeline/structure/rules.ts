/** The rules of stage conditions (api.md §5.2, §5.3; providers.md P0.8, P9.1; semantics.md E9.1). */
import { type Check, type Finding, first, firstRepeated, type Subject } from "./check.ts";
import { invalidAction, invalidStage } from "./findings.ts";
import { checkConfigured } from "./not-configured.ts";
import { checkRuleRegion } from "./region.ts";
import { checkRuleCommands } from "./rule-commands.ts";
import { checkRuleKeys, checkRuleValues } from "./rule-configuration.ts";
import { checkRuleInputs, checkRuleReferences } from "./rule-inputs.ts";
import {
  conditionsOf,
  type PlacedCondition,
  type RuleCheck,
  type RulePlace,
  rulePlaces,
  typeOf,
} from "./rule-places.ts";

const CHECKS: readonly RuleCheck[] = [
  checkRuleKeys,
  checkRuleInputs,
  checkRuleReferences,
  checkRuleRegion,
  checkRuleCommands,
  checkRuleValues,
];

/** The rules that can decide whether a stage is skipped (E9.1). */
const SKIPPING = ["LambdaInvoke", "VariableCheck"];

export const checkRules: Check = (subject) =>
  first(
    conditionsOf(subject.declaration)
      .values()
      .map(
        (condition) =>
          checkCondition(condition) ?? first(rulePlaces(condition).map((place) => checkRule(place, subject))),
      ),
  );

function checkCondition({ stage, kind, result, rules }: PlacedCondition): Finding {
  if (rules.length === 0) {
    return invalidStage(
      `Stage '${stage.name}': the ${kind} condition has no rules. There should be a minimum of 1 and a maximum of 5 rules in a condition`,
    );
  }
  const repeated = firstRepeated(rules, ({ name }) => name);
  if (repeated !== undefined) {
    return invalidStage(
      `Rule name '${repeated.name}' is used more than once in the ${kind} condition of stage '${stage.name}'`,
    );
  }
  const other = rules.find(({ ruleTypeId }) => !SKIPPING.includes(ruleTypeId.provider));
  if (result !== "SKIP" || other === undefined) return undefined;
  return invalidStage(
    `Stage '${stage.name}': rule '${other.name}' cannot stand in a condition with the result SKIP. Use only rules of ${SKIPPING.join(" and ")} there`,
  );
}

function checkRule(place: RulePlace, subject: Subject): Finding {
  const id = typeOf(place.rule);
  const { category, provider, owner, version } = id;
  const named = `RuleType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in rule '${place.rule.name}'`;
  const type = subject.types.find(id);
  if (type === undefined) {
    return invalidAction(
      `${named} is not available in region '${subject.scope.region.toUpperCase().replaceAll("-", "_")}'`,
    );
  }
  return (
    first(CHECKS.values().map((check) => check(place, type, subject))) ??
    checkConfigured(named, type, place.configuration, subject)
  );
}
