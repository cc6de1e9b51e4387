import type { ChildRequest, Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";

/**
 * What a nested pipeline is started with (P7.8). Limits and names are judged where it is started.
 *
 * @throws ProviderError ConfigurationError
 */
export function readConfiguration({ configuration }: Pick<Job, "configuration">): ChildRequest {
  const { Variables, SourceRevisions } = configuration;
  return {
    variables: readList("Variables", Variables, ["name", "value"]),
    sourceRevisions: readList("SourceRevisions", SourceRevisions, [
      "actionName",
      "revisionType",
      "revisionValue",
    ]),
  };
}

/** Of each object the members that were asked for, which must be texts. */
function readList<M extends string>(
  key: string,
  json: string | undefined,
  members: readonly M[],
): Readonly<Record<M, string>>[] {
  if (json === undefined) return [];
  const malformed = new ProviderError(
    "ConfigurationError",
    `${key} is not a JSON array of ${members.slice(0, -1).join(", ")} and ${members.at(-1)}`,
  );
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    throw malformed;
  }
  if (!Array.isArray(list)) throw malformed;
  return list.map((entry: unknown) => {
    if (!hasTexts(entry, members)) throw malformed;
    return entry;
  });
}

function hasTexts<M extends string>(entry: unknown, members: readonly M[]): entry is Record<M, string> {
  if (typeof entry !== "object" || entry === null) return false;
  const given = entry as Readonly<Record<string, unknown>>;
  return members.every((member) => typeof given[member] === "string");
}
