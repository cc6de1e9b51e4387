/** Keys and values of a rule's configuration (api.md §5.3; semantics.md E9.15 to E9.17). */
import { OPERATORS, patternProblem, windowProblem } from "../../../core/engine/index.ts";
import { type Finding, first } from "./check.ts";
import { isVariableList } from "./codebuild.ts";
import { hasReference } from "./configuration.ts";
import { invalidAction } from "./findings.ts";
import type { RuleCheck, RulePlace } from "./rule-places.ts";

export const checkRuleKeys: RuleCheck = ({ rule, configuration }, { properties }) => {
  const missing = properties.find(({ required, name }) => required && !Object.hasOwn(configuration, name));
  if (missing !== undefined) {
    return invalidAction(
      `Rule configuration for rule '${rule.name}' is missing required configuration '${missing.name}'`,
    );
  }
  const unknown = Object.keys(configuration).find((key) => !properties.some(({ name }) => name === key));
  return unknown === undefined
    ? undefined
    : invalidAction(`Rule configuration for rule '${rule.name}' contains unknown configuration '${unknown}'`);
};

/** Values with references are judged when they are resolved. */
export const checkRuleValues: RuleCheck = (place, { id, properties }) => {
  const known = Object.fromEntries(
    Object.entries(place.configuration).filter(([, value]) => !hasReference(value)),
  );
  return (
    first(
      properties.map(({ name, allowed }) => {
        const value = known[name];
        if (value === undefined || allowed === undefined) return undefined;
        if (allowed.some((one) => one.toLowerCase() === value.toLowerCase())) return undefined;
        return invalidValue(place, name, value, `Allowed: ${allowed.join(", ")}`);
      }),
    ) ?? VALUE_CHECKS[id.provider]?.(place, known)
  );
};

type Known = Readonly<Record<string, string>>;

const VALUE_CHECKS: Readonly<Record<string, (place: RulePlace, known: Known) => Finding>> = {
  VariableCheck(place, { Operator, Value }) {
    if (Operator !== undefined && !OPERATORS.includes(Operator)) {
      return invalidValue(place, "Operator", Operator, `Allowed: ${OPERATORS.join(", ")}`);
    }
    const problem = Operator === "MATCHES" && Value !== undefined ? patternProblem(Value) : undefined;
    return problem === undefined ? undefined : invalidValue(place, "Value", Value, problem);
  },

  DeploymentWindow(place, { Cron, TimeZone }) {
    const wrongZone = windowProblem({ Cron: "0 * * * * ?", ...(TimeZone !== undefined && { TimeZone }) });
    if (wrongZone !== undefined) return invalidValue(place, "TimeZone", TimeZone, wrongZone);
    const wrongCron = Cron === undefined ? undefined : windowProblem({ Cron });
    return wrongCron === undefined ? undefined : invalidValue(place, "Cron", Cron, wrongCron);
  },

  CloudWatchAlarm(place, { AlarmStates, WaitTime }) {
    const states = AlarmStates?.split(",").map((state) => state.trim()) ?? [];
    if (!states.every((state) => ["ALARM", "OK", "INSUFFICIENT_DATA"].includes(state))) {
      return invalidValue(place, "AlarmStates", AlarmStates, "Allowed: ALARM, OK, INSUFFICIENT_DATA");
    }
    if (WaitTime === undefined || /^\d{1,5}$/.test(WaitTime)) return undefined;
    return invalidValue(place, "WaitTime", WaitTime, "Allowed: a number of minutes, up to 99999");
  },

  CodeBuild(place, { PrimarySource }) {
    // References in it are put in as JSON text later (E4.7), so the form can be judged with them in place.
    const { EnvironmentVariables } = place.configuration;
    const inputs = (place.rule.inputArtifacts ?? []).map(({ name }) => name);
    if (PrimarySource !== undefined && !inputs.includes(PrimarySource)) {
      return invalidValue(place, "PrimarySource", PrimarySource, `Allowed: ${inputs.join(", ") || "none"}`);
    }
    if (EnvironmentVariables === undefined || isVariableList(EnvironmentVariables)) return undefined;
    return invalidValue(
      place,
      "EnvironmentVariables",
      EnvironmentVariables,
      "Allowed: a JSON array of name, value and type",
    );
  },
};

function invalidValue({ rule }: RulePlace, key: string, value: string | undefined, why: string) {
  return invalidAction(
    `Rule configuration for rule '${rule.name}' contains invalid value '${value}' for configuration '${key}'. ${why}`,
  );
}
