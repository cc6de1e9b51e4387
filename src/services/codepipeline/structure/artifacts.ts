/** Artifacts between actions (api.md §5.3). */
import { first, placesOf, precedes, type TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";

export const checkArtifactCounts: TypedActionCheck = ({ action }, type) =>
  checkCount(action.name, "input", action.inputArtifacts.length, type.inputs) ??
  checkCount(action.name, "output", action.outputArtifacts.length, type.outputs);

function checkCount(
  action: string,
  kind: "input" | "output",
  count: number,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
) {
  const declares = `Action ${action} declares ${count} ${kind} artifacts which is`;
  if (count < minimum) return invalidAction(`${declares} less than the minimum count (${minimum})`);
  if (count > maximum) return invalidAction(`${declares} more than the maximum count (${maximum})`);
  return undefined;
}

/** Inputs come from an action that ends before this one starts. */
export const checkInputs: TypedActionCheck = (place, _type, { declaration }) => {
  const before = placesOf(declaration).filter((other) => precedes(other, place));
  const produced = new Set(before.flatMap(({ action }) => action.outputArtifacts.map(({ name }) => name)));
  const missing = place.action.inputArtifacts.find(({ name }) => !produced.has(name));
  return (
    missing &&
    invalidAction(
      `Input Artifact Bundle ${missing.name} in action ${place.action.name} is not declared as Output Artifact Bundle in any of the preceding actions`,
    )
  );
};

/** One action makes an artifact, and once. */
export const checkArtifactNames: TypedActionCheck = ({ action }, _type, { declaration }) => {
  const all = placesOf(declaration).flatMap((place) => place.action.outputArtifacts.map(({ name }) => name));
  return first(
    action.outputArtifacts.map(({ name }) =>
      all.filter((other) => other === name).length > 1
        ? invalidAction(
            `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once.`,
          )
        : undefined,
    ),
  );
};
