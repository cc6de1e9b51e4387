/** Build and Test/CodeBuild (providers.md P2.14). */
import { first, type TypedActionCheck } from "./check.ts";
import { hasReference } from "./configuration.ts";
import { invalidAction } from "./findings.ts";

export const checkCodeBuild: TypedActionCheck = ({ action }) => {
  const { owner, provider } = action.actionTypeId;
  if (owner !== "AWS" || provider !== "CodeBuild") return undefined;
  const { PrimarySource: primary, EnvironmentVariables: variables } = action.configuration;
  return (
    first(
      ["BatchEnabled", "CombineArtifacts"].map((key) =>
        checkBatch(action.name, key, action.configuration[key]),
      ),
    ) ??
    checkPrimarySource(action.name, primary, action.inputArtifacts) ??
    checkVariables(action.name, variables)
  );
};

function checkBatch(action: string, key: string, value: string | undefined) {
  if (value?.toLowerCase() !== "true") return undefined;
  return invalidAction(`Batch builds are not supported by this server (action '${action}', ${key})`);
}

function checkPrimarySource(
  action: string,
  primary: string | undefined,
  inputs: readonly { readonly name: string }[],
) {
  if (primary === undefined || hasReference(primary) || inputs.some(({ name }) => name === primary)) {
    return undefined;
  }
  return invalidAction(
    `PrimarySource '${primary}' of action '${action}' is not one of its input artifacts: ${inputs.map(({ name }) => name).join(", ")}`,
  );
}

/** References are put in as JSON text later (E4.7), so the form can be judged with them in place. */
function checkVariables(action: string, json: string | undefined) {
  if (json === undefined || isVariableList(json)) return undefined;
  return invalidAction(
    `EnvironmentVariables of action '${action}' is not a JSON array of name, value and type`,
  );
}

export function isVariableList(json: string): boolean {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return false;
  }
  return Array.isArray(list) && list.every(isVariable);
}

const TYPES: readonly unknown[] = [undefined, "PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"];

function isVariable(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { name, value, type } = entry as Record<string, unknown>;
  return typeof name === "string" && name !== "" && typeof value === "string" && TYPES.includes(type);
}
