import type { SecretReference } from "./reference.ts";

const NOT_FOUND = "ResourceNotFoundException: Secrets Manager can't find the specified secret";

/** A version of a secret as far as it is chosen by. */
interface Version {
  readonly stage: string;
  readonly id: string;
}

/** The version that a reference asks for: AWSCURRENT if it doesn't say; or why there is none. */
export function pickVersion<V extends Version>(
  versions: readonly V[],
  { stage, versionId }: SecretReference,
): V | { readonly refused: string } {
  if (versionId === undefined) {
    const wanted = stage ?? "AWSCURRENT";
    const found = versions.find((version) => version.stage === wanted);
    return found ?? { refused: `${NOT_FOUND} value for staging label: ${wanted}` };
  }
  const found = versions.find(({ id }) => id === versionId);
  if (found === undefined) return { refused: `${NOT_FOUND} value for VersionId: ${versionId}` };
  if (stage !== undefined && found.stage !== stage)
    return {
      refused:
        "InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.",
    };
  return found;
}

/** The value, or that of a top-level key of it; what isn't a string there is given as JSON (P3.9). */
export function pickKey(
  value: string,
  jsonKey: string | undefined,
): { readonly value: string } | { readonly refused: string } {
  if (jsonKey === undefined) return { value };
  const object = parseObject(value);
  if (object === undefined)
    return {
      refused: `ResourceNotFoundException: the secret is no JSON object that could have key ${jsonKey}`,
    };
  if (!Object.hasOwn(object, jsonKey))
    return { refused: `ResourceNotFoundException: the secret's JSON object has no key ${jsonKey}` };
  const found = object[jsonKey];
  return { value: typeof found === "string" ? found : JSON.stringify(found) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
