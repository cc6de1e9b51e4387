/** What a job carries of its action or rule. */
import { localInputs } from "./copy-rows.ts";
import type { ActionDefinition, ConditionKind, RuleDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";
import type { JobWork } from "./effect.ts";
import { newLocation } from "./places.ts";
import { own } from "./records.ts";
import type { Resolved } from "./resolve.ts";
import type { ActionState, ArtifactLocation, ExecutionState, InputCopy } from "./state.ts";

/** New places for an action's outputs (E3.8): no two executions of an action write to the same key. */
export function allotOutputs(
  draft: Draft,
  { version }: ExecutionState,
  { outputs, region }: ActionDefinition,
): Record<string, ArtifactLocation> {
  return Object.fromEntries(
    outputs.flatMap(({ name }) => {
      const location = newLocation(draft, version, region, name);
      return location === undefined ? [] : [[name, location]];
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
  const sourceRevision =
    action.type.category === "Source" ? own(execution.revisions, action.name) : undefined;
  return {
    resolvedConfiguration: configuration,
    inputs: localInputs(inputs, state),
    outputs: action.outputs.flatMap(({ name, files }) => {
      const location = own(state.outputs, name);
      return location === undefined ? [] : [{ name, ...location, ...(files && { files }) }];
    }),
    ...encryptionKey(draft, execution, action.region),
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

interface AskedRule {
  readonly definition: RuleDefinition;
  readonly condition: ConditionKind;
  readonly startedAt: number;
  readonly timeoutMinutes: number;
  readonly copies: readonly InputCopy[];
}

/** A rule takes artifacts and makes none. */
export function workOfRule(
  draft: Draft,
  execution: ExecutionState,
  { definition: { region, roleArn }, condition, startedAt, timeoutMinutes, copies }: AskedRule,
  { configuration, commands, inputs }: Resolved,
): JobWork {
  return {
    resolvedConfiguration: configuration,
    inputs: localInputs(inputs, { copies }),
    outputs: [],
    ...encryptionKey(draft, execution, region),
    region,
    ...(roleArn !== undefined && { roleArn }),
    timeoutMinutes,
    ...(commands && { commands }),
    condition,
    actionStartedAt: startedAt,
  };
}

function encryptionKey(
  draft: Draft,
  { version }: ExecutionState,
  region: string,
): Pick<JobWork, "encryptionKey"> {
  const store = own(draft.definition(version).stores, region);
  return store?.encryptionKey === undefined ? {} : { encryptionKey: store.encryptionKey };
}
