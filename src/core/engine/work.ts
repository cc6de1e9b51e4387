/** What a job of an action carries: resolved once, when the action starts (E4.6). */
import type { ActionError } from "./command.ts";
import type { ActionDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";
import type { CommandText, JobWork, NamedArtifact } from "./effect.ts";
import { findInputs, lookupIn } from "./lookup.ts";
import { mapValues, own } from "./records.ts";
import { type Lookup, parseReferences, resolveText } from "./references.ts";
import type { ActionState, ArtifactLocation, ExecutionState } from "./state.ts";

/** E4.10, in bytes of UTF-8 keys and values. */
const MAX_CONFIGURATION_BYTES = 102_400;

/** An action's texts with their references replaced. `error` says why it can't start (E3.5). */
export interface Resolved {
  readonly configuration: Readonly<Record<string, string>>;
  readonly commands?: readonly CommandText[];
  readonly environmentVariables?: JobWork["environmentVariables"];
  readonly inputs: readonly NamedArtifact[];
  readonly error?: ActionError;
}

export function resolve(draft: Draft, execution: ExecutionState, action: ActionDefinition): Resolved {
  const missing = new Set<string>();
  const lookup = lookupIn(draft, execution);
  const configuration = mapValues(action.configuration, (value) => resolveText(value, lookup, missing));
  const commands = action.commands?.map((text) => commandText(text, lookup, missing));
  const environmentVariables = action.environmentVariables?.map((variable) => ({
    ...variable,
    value: resolveText(variable.value, lookup, missing),
  }));
  const { found: inputs, absent } = findInputs(draft, execution, action);
  const error = whyNot(draft, execution, action, configuration, missing, absent[0]);
  return {
    configuration,
    ...(commands && { commands }),
    ...(environmentVariables && { environmentVariables }),
    // The embedded store serves every region, so an artifact of another region is read where it lies (E3.7).
    inputs,
    ...(error && { error }),
  };
}

/** The first cause of E3.5 that holds. */
function whyNot(
  draft: Draft,
  { version }: ExecutionState,
  { name, type, region }: ActionDefinition,
  configuration: Readonly<Record<string, string>>,
  missing: ReadonlySet<string>,
  absentInput: string | undefined,
): ActionError | undefined {
  const fault = (message: string) => ({ code: "ConfigurationError", message });
  if (missing.size > 0) {
    return fault(
      `An action in this pipeline failed because one or more variables could not be resolved: Action name=${name}, ${[...missing].join(", ")}`,
    );
  }
  if (sizeOf(configuration) > MAX_CONFIGURATION_BYTES) {
    return fault(
      `The resolved configuration of action '${name}' is larger than ${MAX_CONFIGURATION_BYTES} bytes.`,
    );
  }
  if (absentInput !== undefined) {
    return fault(`Input artifact '${absentInput}' of action '${name}' was not produced in this execution.`);
  }
  if (!draft.env.actionTypeExists(type)) {
    const { category, provider, owner, version: typeVersion } = type;
    const place = draft.definition(version).region.toUpperCase().replaceAll("-", "_");
    return fault(
      `ActionType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${typeVersion}') in action '${name}' is not available in region '${place}'`,
    );
  }
  if (type.category !== "Approval" && own(draft.definition(version).stores, region) === undefined) {
    return fault(`There is no artifact store for region '${region}'.`);
  }
  return undefined;
}

/** New places for an action's outputs (E3.8): no two executions of an action write to the same key. */
export function allotOutputs(
  draft: Draft,
  { version }: ExecutionState,
  { outputs, region }: ActionDefinition,
): Record<string, ArtifactLocation> {
  const { pipelineName, stores } = draft.definition(version);
  const store = own(stores, region);
  if (store === undefined) return {};
  return Object.fromEntries(
    outputs.map(({ name }) => {
      const key = `${pipelineName.slice(0, 20)}/${name.slice(0, 10)}/${draft.env.newKey()}.zip`;
      return [name, { region, bucket: store.bucket, key }];
    }),
  );
}

export function workOf(
  draft: Draft,
  execution: ExecutionState,
  action: ActionDefinition,
  state: ActionState,
  { configuration, commands, environmentVariables, inputs }: Resolved,
): JobWork {
  const store = own(draft.definition(execution.version).stores, action.region);
  const sourceRevision =
    action.type.category === "Source" ? own(execution.revisions, action.name) : undefined;
  return {
    resolvedConfiguration: configuration,
    inputs,
    outputs: action.outputs.flatMap(({ name, files }) => {
      const location = own(state.outputs, name);
      return location === undefined ? [] : [{ name, ...location, ...(files && { files }) }];
    }),
    ...(store?.encryptionKey && { encryptionKey: store.encryptionKey }),
    region: action.region,
    ...(action.roleArn !== undefined && { roleArn: action.roleArn }),
    timeoutMinutes: action.timeoutMinutes,
    ...(commands && { commands }),
    ...(environmentVariables && { environmentVariables }),
    ...(action.outputVariables && { outputVariables: action.outputVariables }),
    ...(sourceRevision && { sourceRevision }),
    actionStartedAt: state.startedAt,
  };
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

function sizeOf(record: Readonly<Record<string, string>>): number {
  const encoder = new TextEncoder();
  return Object.entries(record).reduce((size, [key, value]) => size + encoder.encode(key + value).length, 0);
}
