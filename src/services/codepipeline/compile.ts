/** A declaration as the engine sees it. */
import type { NewVersion, SourceBinding } from "../../core/commands/types.ts";
import { parseArn, watchedRepository } from "../../core/connections/index.ts";
import type { ActionDefinition, StoreLocation } from "../../core/engine/index.ts";
import type { Scope } from "../../core/scope.ts";
import { compileConditions } from "./compile-conditions.ts";
import { connectionTrigger } from "./connection-trigger.ts";
import type { Action, Declaration } from "./declaration.ts";
import { given } from "./given.ts";
import type { KnownActionTypes } from "./known-action-types.ts";

/** @param declaration normalised, checked, its secrets sealed */
export function compile(declaration: Declaration, scope: Scope, types: KnownActionTypes): NewVersion {
  const { name, stages, variables, executionMode } = declaration;
  return {
    name,
    declaration: { ...declaration },
    definition: {
      pipelineName: name,
      account: scope.account,
      region: scope.region,
      mode: executionMode,
      variables: (variables ?? []).map(({ name, defaultValue }) => ({ name, ...given({ defaultValue }) })),
      stages: stages.map((stage) => ({
        name: stage.name,
        actions: stage.actions.map((action) => compileAction(action, scope, types)),
        ...compileConditions(stage, scope),
      })),
      stores: storesOf(declaration, scope),
    },
    bindings: sourceBindings(declaration),
  };
}

function compileAction(action: Action, scope: Scope, types: KnownActionTypes): ActionDefinition {
  const { namespace, roleArn, commands, environmentVariables, outputVariables } = action;
  const type = types.find(action.actionTypeId);
  if (type === undefined) throw new Error(`action ${action.name} was compiled before it was checked`);
  return {
    name: action.name,
    runOrder: action.runOrder,
    type: { ...action.actionTypeId },
    configuration: action.configuration,
    inputs: action.inputArtifacts.map(({ name }) => name),
    outputs: action.outputArtifacts.map(({ name, files }) => ({ name, ...given({ files }) })),
    region: action.region ?? scope.region,
    timeoutMinutes: action.timeoutInMinutes ?? type.timeoutMinutes,
    ...given({ namespace, roleArn, commands, environmentVariables, outputVariables }),
  };
}

function storesOf(declaration: Declaration, scope: Scope): Record<string, StoreLocation> {
  const { artifactStore, artifactStores } = declaration;
  const stores = artifactStores ?? (artifactStore && { [scope.region]: artifactStore });
  if (stores === undefined) return { [scope.region]: { bucket: defaultBucket(scope) } };
  return Object.fromEntries(
    Object.entries(stores).map(([region, { location, encryptionKey }]) => [
      region,
      { bucket: location, ...given({ encryptionKey }) },
    ]),
  );
}

/** Where artifacts go when a declaration names no store (§5.4). */
export function defaultBucket({ account, region }: Scope): string {
  return `millrace-artifacts-${account}-${region}`;
}

/** The sources whose changes start the pipeline (E13): hosted repositories and objects of the embedded store. */
export function sourceBindings(declaration: Declaration): SourceBinding[] {
  const [first] = declaration.stages;
  return (first?.actions ?? []).flatMap((action) => bindingOf(action, declaration) ?? []);
}

function bindingOf(action: Action, declaration: Declaration): SourceBinding | undefined {
  const { name, actionTypeId, configuration } = action;
  const polls = pollsForChanges(configuration.PollForSourceChanges);
  if (actionTypeId.owner === "ThirdParty" && actionTypeId.provider === "GitHub") {
    const { Owner = "", Repo = "", Branch = "" } = configuration;
    return { action: name, provider: "GitHub", container: `${Owner}/${Repo}`, item: Branch, polls };
  }
  switch (actionTypeId.owner === "AWS" && actionTypeId.provider) {
    case "CodeCommit": {
      const { RepositoryName: container = "", BranchName: item = "" } = configuration;
      return { action: name, provider: "CodeCommit", container, item, polls };
    }
    case "S3": {
      const { S3Bucket: container = "", S3ObjectKey: item = "" } = configuration;
      return { action: name, provider: "S3", container, item, polls };
    }
    case "CodeStarSourceConnection": {
      const container = connectionContainer(configuration.ConnectionArn, configuration.FullRepositoryId);
      const trigger = connectionTrigger(declaration, action);
      if (container === undefined || trigger === undefined) return undefined;
      const item = configuration.FullRepositoryId ?? "";
      return { action: name, provider: "Connection", container, item, polls: false, trigger };
    }
    default:
      return undefined;
  }
}

/** Undefined for an ARN that isn't known before the pipeline runs: nothing starts it by itself. */
function connectionContainer(arn = "", repository = ""): string | undefined {
  const named = parseArn(arn);
  return named && watchedRepository(named, repository);
}

/** On when absent or `true` in any case; any other text switches it off (§5.3). */
function pollsForChanges(value: string | undefined): boolean {
  return value === undefined || value.toLowerCase() === "true";
}
