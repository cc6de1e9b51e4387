/** Pipelines for tests, in the notation of semantics.md's scenarios. */
import type { BuiltInActionType } from "../../src/core/catalogue.ts";
import type { NewVersion } from "../../src/core/commands/types.ts";
import type { ActionDefinition, ActionTypeId, Definition } from "../../src/core/engine/index.ts";
import type { Scope } from "../../src/core/scope.ts";

export const scope: Scope = { account: "000000000000", region: "us-east-1" };

const type = (category: string, owner: string, provider: string): ActionTypeId => ({
  category,
  owner,
  provider,
  version: "1",
});
export const SOURCE = type("Source", "AWS", "S3");
export const BUILD = type("Build", "AWS", "CodeBuild");
/** Brought to a function, which answers by itself (P7.3). */
export const LAMBDA = type("Invoke", "AWS", "Lambda");
export const APPROVAL = type("Approval", "AWS", "Manual");
export const CUSTOM = type("Build", "Custom", "Jenkins");
export const ALL_TYPES = [SOURCE, BUILD, LAMBDA, CUSTOM];

export const RULE = type("Rule", "AWS", "LambdaInvoke");

export const builtIn: BuiltInActionType[] = [SOURCE, BUILD, LAMBDA, APPROVAL, RULE].map((id) => ({
  id,
  tier: 1,
  inputs: { minimum: 0, maximum: 5 },
  outputs: { minimum: 0, maximum: 5 },
  properties: [],
  outputVariables: [],
  defaultTimeoutMinutes: 60,
  needs: [],
}));

/**
 * Stages by name; each is its groups in order, written as `"b1 | b2 ; c"`. An action whose name begins with `a` is an
 * approval, one that begins with `f` is a function's, one that begins with `x` is of a custom type, those of the first
 * stage are sources.
 */
export function stages(
  text: Readonly<Record<string, string>>,
  change: Partial<ActionDefinition> = {},
): Omit<Definition, "version"> {
  return {
    pipelineName: "p",
    account: scope.account,
    region: scope.region,
    mode: "SUPERSEDED",
    variables: [],
    stores: { [scope.region]: { bucket: "artifacts" } },
    stages: Object.entries(text).map(([name, groups], index) => ({
      name,
      actions: groups.split(";").flatMap((group, order) =>
        group.split("|").map((action) => ({
          ...oneAction(action.trim(), order + 1, index === 0),
          ...change,
        })),
      ),
    })),
  };
}

const TYPES: Readonly<Record<string, ActionTypeId>> = { a: APPROVAL, f: LAMBDA, x: CUSTOM };

function oneAction(name: string, runOrder: number, source: boolean): ActionDefinition {
  return {
    name,
    runOrder,
    type: source ? SOURCE : (TYPES[name.charAt(0)] ?? BUILD),
    configuration: {},
    inputs: [],
    outputs: source ? [{ name: `${name}-out` }] : [],
    region: scope.region,
    timeoutMinutes: name.startsWith("x") ? 24 * 60 : 60,
  };
}

export function version(definition: Omit<Definition, "version">, name = "p"): NewVersion {
  return { name, declaration: { name }, definition: { ...definition, pipelineName: name }, bindings: [] };
}
