/** What an action or a rule starts with: its texts with references replaced, once (E4.6). */
import type { ActionError } from "./command.ts";
import type { ActionDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";
import type { CommandText, JobWork, NamedArtifact } from "./effect.ts";
import { findInputs, lookupIn } from "./lookup.ts";
import { mapValues, own } from "./records.ts";
import { type Lookup, parseReferences, resolveText } from "./references.ts";
import type { ExecutionState } from "./state.ts";

/** E4.10, in bytes of UTF-8 keys and values. */
const MAX_CONFIGURATION_BYTES = 102_400;
const encoder = new TextEncoder();

/** `error` says why it can't start (E3.5, E9.5). */
export interface Resolved {
  readonly configuration: Readonly<Record<string, string>>;
  readonly commands?: readonly CommandText[];
  readonly environmentVariables?: JobWork["environmentVariables"];
  readonly inputs: readonly NamedArtifact[];
  readonly error?: ActionError;
}

/** What actions and rules have in common; rules have no environment variables. */
type Starting = Pick<
  ActionDefinition,
  "name" | "type" | "region" | "inputs" | "configuration" | "commands" | "environmentVariables"
>;

export function resolve(draft: Draft, execution: ExecutionState, starting: Starting): Resolved {
  const { configuration: given, commands: texts, environmentVariables: declared } = starting;
  const missing = new Set<string>();
  const lookup = lookupIn(draft, execution);
  const configuration = mapValues(given, (value) => resolveText(value, lookup, missing));
  const commands = texts?.map((text) => commandText(text, lookup, missing));
  const environmentVariables = declared?.map((variable) => ({
    ...variable,
    value: resolveText(variable.value, lookup, missing),
  }));
  const { found: inputs, absent } = findInputs(draft, execution, starting);
  const copies = inputs.some((input) => input.region !== starting.region);
  const error = whyNot(draft, execution, starting, configuration, missing, absent[0], copies);
  return {
    configuration,
    ...(commands && { commands }),
    ...(environmentVariables && { environmentVariables }),
    inputs,
    ...(error && { error }),
  };
}

/** The first cause of E3.5 that holds. */
function whyNot(
  draft: Draft,
  { version }: ExecutionState,
  { name, type, region }: Starting,
  configuration: Readonly<Record<string, string>>,
  missing: ReadonlySet<string>,
  absentInput: string | undefined,
  copies: boolean,
): ActionError | undefined {
  const fault = (message: string) => ({ code: "ConfigurationError", message });
  const isRule = type.category === "Rule";
  const what = isRule ? "rule" : "action";
  if (missing.size > 0) {
    const subject = isRule ? "A rule" : "An action";
    const label = isRule ? "Rule name" : "Action name";
    return fault(
      `${subject} in this pipeline failed because one or more variables could not be resolved: ${label}=${name}, ${[...missing].join(", ")}`,
    );
  }
  if (isTooLarge(configuration)) {
    return fault(
      `The resolved configuration of ${what} '${name}' is larger than ${MAX_CONFIGURATION_BYTES} bytes.`,
    );
  }
  if (absentInput !== undefined) {
    return fault(`Input artifact '${absentInput}' of ${what} '${name}' was not produced in this execution.`);
  }
  if (!draft.env.actionTypeExists(type)) {
    const { category, provider, owner, version: typeVersion } = type;
    const place = draft.definition(version).region.toUpperCase().replaceAll("-", "_");
    return fault(
      `${isRule ? "RuleType" : "ActionType"} (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${typeVersion}') in ${what} '${name}' is not available in region '${place}'`,
    );
  }
  // Approvals and rules make no artifacts; what they take may have to be copied (E3.7).
  const needsStore = copies || (type.category !== "Approval" && !isRule);
  if (needsStore && own(draft.definition(version).stores, region) === undefined) {
    return fault(`There is no artifact store for region '${region}'.`);
  }
  return undefined;
}

/** Text and values stay apart: the worker expands them safely (E4.9). */
function commandText(text: string, lookup: Lookup, missing: Set<string>): CommandText {
  const values: Record<string, string> = {};
  for (const reference of parseReferences(text).references) {
    const value = lookup(reference);
    if (value === undefined) missing.add(reference.text);
    else values[reference.text] = value;
  }
  return { text, values };
}

function isTooLarge(configuration: Readonly<Record<string, string>>): boolean {
  let characters = 0;
  for (const [key, value] of Object.entries(configuration)) characters += key.length + value.length;
  // None of them has more than three bytes: few configurations are so large that these have to be counted.
  if (3 * characters <= MAX_CONFIGURATION_BYTES) return false;
  return encoder.encode(Object.entries(configuration).flat().join("")).length > MAX_CONFIGURATION_BYTES;
}
