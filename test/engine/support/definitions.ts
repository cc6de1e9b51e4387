/**
 * Pipelines for tests, written short: `{ S: "s", B: "b1 | b2 ; c", D: "a! ; d" }` is three stages; `|` stands between
 * actions of one group, `;` between groups, `!` behind an approval. The first stage's actions are sources.
 */
import type {
  ActionDefinition,
  Definition,
  ExecutionMode,
  RuleDefinition,
  StageDefinition,
} from "../../../src/core/engine/index.ts";

export interface Options {
  readonly mode?: ExecutionMode;
  readonly variables?: Definition["variables"];
  readonly version?: number;
  /** Regions besides us-east-1 that have an artifact store: its bucket is called as the region. */
  readonly regions?: readonly string[];
  /** By stage name: its conditions. */
  readonly conditions?: Readonly<Record<string, Omit<StageDefinition, "name" | "actions">>>;
  /** By action name: what is particular to it. */
  readonly actions?: Readonly<Record<string, Partial<ActionDefinition>>>;
}

export function definition(stages: Readonly<Record<string, string>>, options: Options = {}): Definition {
  return {
    pipelineName: "web",
    account: "000000000000",
    region: "us-east-1",
    version: options.version ?? 1,
    mode: options.mode ?? "SUPERSEDED",
    variables: options.variables ?? [],
    stores: {
      "us-east-1": { bucket: "artifacts" },
      ...Object.fromEntries(options.regions?.map((region) => [region, { bucket: region }]) ?? []),
    },
    stages: Object.entries(stages).map(([name, text], index) => ({
      name,
      ...options.conditions?.[name],
      actions: text
        .split(";")
        .flatMap((group, order) =>
          group.split("|").map((entry) => action(entry.trim(), order + 1, index === 0, options)),
        ),
    })),
  };
}

function action(
  entry: string,
  runOrder: number,
  source: boolean,
  { actions = {} }: Options,
): ActionDefinition {
  const name = entry.replace("!", "");
  const approval = entry.endsWith("!");
  const category = approval ? "Approval" : source ? "Source" : "Test";
  const provider = approval ? "Manual" : source ? "Feed" : "Robot";
  return {
    name,
    runOrder,
    type: { category, owner: approval ? "AWS" : "Custom", provider, version: "1" },
    configuration: {},
    inputs: [],
    outputs: [],
    region: "us-east-1",
    timeoutMinutes: 60,
    ...actions[name],
  };
}

/** A rule of that name, which a job decides unless its provider is one of the engine's own. */
export function rule(
  name: string,
  provider = "LambdaInvoke",
  change: Partial<RuleDefinition> = {},
): RuleDefinition {
  return {
    name,
    type: { category: "Rule", owner: "AWS", provider, version: "1" },
    configuration: {},
    inputs: [],
    region: "us-east-1",
    ...change,
  };
}

export function variableCheck(name: string, variable: string, value: string): RuleDefinition {
  return rule(name, "VariableCheck", {
    configuration: { Variable: variable, Value: value, Operator: "EQ" },
  });
}
