/** Pipeline variables (api.md §5.1). */
import { type Check, type Finding, first, firstRepeated, placesOf, type Subject } from "./check.ts";
import { invalidStructure } from "./findings.ts";
import { placedReferences } from "./references.ts";

export const checkVariables: Check = (subject) =>
  first([checkType, checkUnique, checkSourceActions, checkDeclared].values().map((check) => check(subject)));

function checkType({ declaration }: Subject): Finding {
  const declares = (declaration.variables ?? []).length > 0;
  return declares && declaration.pipelineType === "V1"
    ? invalidStructure("Pipeline variable can only be used with V2 pipelines")
    : undefined;
}

function checkUnique({ declaration }: Subject): Finding {
  const repeated = firstRepeated(declaration.variables ?? [], ({ name }) => name);
  return (
    repeated &&
    invalidStructure(
      `Variable names must be unique. The following variable name is already in use: ${repeated.name}`,
    )
  );
}

function checkSourceActions(subject: Subject): Finding {
  const used = pipelineVariables(subject).find(
    ({ place }) => place.action.actionTypeId.category === "Source",
  );
  return (
    used &&
    invalidStructure(`Variables at the pipeline level cannot be used in source actions.\n${used.where}`)
  );
}

function checkDeclared(subject: Subject): Finding {
  const declared = new Set((subject.declaration.variables ?? []).map(({ name }) => name));
  const undeclared = pipelineVariables(subject).find(({ reference }) => !declared.has(reference.key ?? ""));
  return (
    undeclared && invalidStructure(`The referenced variables haven't been declared.\n${undeclared.where}`)
  );
}

/** References to `variables`, unless that is an action's namespace, as it may be while no variable is declared. */
function pipelineVariables({ declaration, types }: Subject) {
  const places = placesOf(declaration);
  if (places.some(({ action }) => action.namespace === "variables")) return [];
  return places
    .flatMap((place) => placedReferences(place, types.find(place.action.actionTypeId)))
    .filter(({ reference }) => reference.namespace === "variables");
}
