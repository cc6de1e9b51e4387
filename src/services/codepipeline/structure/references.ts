/** References to variables of other actions (api.md §5.3; semantics.md E4.3 to E4.5). */
import { parseReferences, type Reference } from "../../../core/engine/index.ts";
import type { KnownActionType } from "../known-action-types.ts";
import { type Finding, first, type Place, placesOf, precedes, type TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";

export interface PlacedReference {
  readonly place: Place;
  /** Without namespace and key where it isn't of the form (E4.3). */
  readonly reference: Pick<Reference, "text"> & Partial<Reference>;
  /** Stage, action, key and reference, as AWS writes them after a refusal. */
  readonly where: string;
}

/** The references of an action in the values that may hold them (E4.4). Secrets hold none: they are sealed. */
export function placedReferences(place: Place, type: KnownActionType | undefined): PlacedReference[] {
  const { action, stage } = place;
  const secrets = new Set(type?.properties.filter(({ secret }) => secret).map(({ name }) => name));
  const texts: (readonly [key: string, text: string])[] = [
    ...Object.entries(action.configuration).filter(([key]) => !secrets.has(key)),
    ...(action.commands ?? []).map((text) => ["commands", text] as const),
    ...(action.environmentVariables ?? []).map(({ name, value }) => [name, value] as const),
  ];
  return texts.flatMap(([key, text]) =>
    placesIn(text).map((reference) => ({
      place,
      reference,
      where: `StageName=[${stage.name}], ActionName=[${action.name}], ActionConfigurationKey=[${key}], VariableReferenceText=[${reference.text}]`,
    })),
  );
}

/** Everything between `#{` and `}` in a text, references or not. */
export function placesIn(text: string): PlacedReference["reference"][] {
  const { references, malformed } = parseReferences(text);
  return [...malformed.map((text) => ({ text })), ...references];
}

/** The namespace is there and its producer ends before this action starts. `variables` is checked apart. */
export const checkReferences: TypedActionCheck = (place, type, { declaration }) => {
  const producers = new Map(
    placesOf(declaration).flatMap((other) =>
      other.action.namespace === undefined ? [] : [[other.action.namespace, other] as const],
    ),
  );
  const isThere = (namespace: string) => {
    const producer = producers.get(namespace);
    if (producer === undefined) return namespace === "variables";
    return precedes(producer, place);
  };
  return first(placedReferences(place, type).map((placed) => checkReference(placed, isThere)));
};

/** @param isThere whether a namespace has its values when the reference is resolved (E4.5) */
export function checkReference(
  { reference, where }: Pick<PlacedReference, "reference" | "where">,
  isThere: (namespace: string) => boolean,
): Finding {
  const { namespace, key } = reference;
  if (namespace === "codepipeline") {
    return key === "PipelineExecutionId"
      ? undefined
      : invalidAction(
          `The namespace 'codepipeline' has one variable, PipelineExecutionId. The following reference names another.\n${where}`,
        );
  }
  if (namespace !== undefined && isThere(namespace)) return undefined;
  return invalidAction(
    `Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.). The following pipeline execution variables are referencing a namespace that does not exist.\n${where}`,
  );
}
