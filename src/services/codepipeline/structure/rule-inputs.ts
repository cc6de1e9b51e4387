/** What a rule takes from actions: artifacts and variables (semantics.md E4.5, E9.10). */
import { type Finding, first } from "./check.ts";
import { invalidAction, invalidStructure } from "./findings.ts";
import { checkReference, placesIn } from "./references.ts";
import { actionsBefore, type RuleCheck, type RulePlace } from "./rule-places.ts";

export const checkRuleInputs: RuleCheck = (place, { inputs: { minimum, maximum } }, subject) => {
  const { rule } = place;
  const inputs = rule.inputArtifacts ?? [];
  const declares = `Rule ${rule.name} declares ${inputs.length} input artifacts which is`;
  if (inputs.length < minimum) return invalidAction(`${declares} less than the minimum count (${minimum})`);
  if (inputs.length > maximum) return invalidAction(`${declares} more than the maximum count (${maximum})`);
  const outputs = actionsBefore(place, subject).flatMap(({ action }) => action.outputArtifacts);
  const missing = inputs.find((input) => !outputs.some(({ name }) => name === input.name));
  return (
    missing &&
    invalidAction(
      `Input Artifact Bundle ${missing.name} in rule ${rule.name} is not declared as Output Artifact Bundle in any of the preceding actions`,
    )
  );
};

export const checkRuleReferences: RuleCheck = (place, _type, subject) => {
  const { declaration } = subject;
  const isNamespace = declaration.stages.some(({ actions }) =>
    actions.some(({ namespace }) => namespace === "variables"),
  );
  const variables = new Set((declaration.variables ?? []).map(({ name }) => name));
  const before = new Set(actionsBefore(place, subject).map(({ action }) => action.namespace));
  const isThere = (namespace: string) => before.has(namespace) || (namespace === "variables" && !isNamespace);
  return first(
    referencesOf(place).map((placed): Finding => {
      const { namespace, key = "" } = placed.reference;
      if (namespace === "variables" && !isNamespace && !variables.has(key)) {
        return invalidStructure(`The referenced variables haven't been declared.\n${placed.where}`);
      }
      return checkReference(placed, isThere);
    }),
  );
};

/** References may stand in a rule's configuration and commands (E4.4). */
function referencesOf({ stage, rule, configuration }: RulePlace) {
  const texts = [
    ...Object.entries(configuration),
    ...(rule.commands ?? []).map((text) => ["commands", text] as const),
  ];
  return texts.flatMap(([key, text]) =>
    placesIn(text).map((reference) => ({
      reference,
      where: `StageName=[${stage.name}], RuleName=[${rule.name}], RuleConfigurationKey=[${key}], VariableReferenceText=[${reference.text}]`,
    })),
  );
}
