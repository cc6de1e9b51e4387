/** Invoke/CodePipeline (providers.md P7.8). */
import { first, type TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";

const LISTS: Readonly<Record<string, readonly string[]>> = {
  SourceRevisions: ["actionName", "revisionType", "revisionValue"],
  Variables: ["name", "value"],
};

/** References are put in as JSON text later (E4.7), so the form can be judged with them in place. */
export const checkNestedPipeline: TypedActionCheck = ({ action }) => {
  const { owner, category, provider } = action.actionTypeId;
  if (owner !== "AWS" || category !== "Invoke" || provider !== "CodePipeline") return undefined;
  return first(
    Object.entries(LISTS).map(([key, members]) => {
      const json = action.configuration[key];
      if (json === undefined || isReference(json) || isListOf(json, members)) return undefined;
      return invalidAction(
        `${key} of action '${action.name}' is not a JSON array of ${members.slice(0, -1).join(", ")} and ${members.at(-1)}`,
      );
    }),
  );
};

/** Nothing but a reference: the whole list is another action's variable, and judged when it is resolved. */
function isReference(value: string): boolean {
  return /^#\{[^}]*\}$/.test(value);
}

function isListOf(json: string, members: readonly string[]): boolean {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return false;
  }
  return Array.isArray(list) && list.every((entry) => hasTexts(entry, members));
}

function hasTexts(entry: unknown, members: readonly string[]): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const given = entry as Readonly<Record<string, unknown>>;
  return members.every((member) => typeof given[member] === "string");
}
