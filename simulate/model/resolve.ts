/** E3.6, E4.6, E4.8 and E8.5 told again: what an action or a rule finds when it starts. */
import type { ActionDefinition } from "../../src/core/engine/index.ts";
import { type Model, runOf } from "./model.ts";
import type { Attempt, Execution } from "./parts.ts";

interface Found {
  readonly missing: boolean;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly string[];
  /** Of the inputs those that lie in another region (E3.7). */
  readonly far: readonly string[];
}

export function resolve(
  model: Model,
  execution: Execution,
  stage: string,
  { configuration, inputs, region }: Pick<ActionDefinition, "configuration" | "inputs" | "region">,
): Found {
  let missing = false;
  const resolved = Object.entries(configuration).map(([key, text]) => {
    const value = text.replace(/#\{([^.}]+)\.([^}]+)\}/g, (whole, namespace: string, name: string) => {
      const found =
        namespace === "variables"
          ? execution.variables[name]
          : producer(model, execution, stage, (action) => action.namespace === namespace)?.attempt.variables[
              name
            ];
      if (found === undefined) missing = true;
      return found ?? whole;
    });
    return [key, value] as const;
  });
  const far: string[] = [];
  const found = inputs.flatMap((name) => {
    const made = producer(model, execution, stage, ({ outputs }) => outputs.some((one) => one.name === name));
    if (made === undefined) missing = true;
    else if (made.region !== region) far.push(name);
    return made === undefined ? [] : [`${made.by.seq}/${made.action}#${made.attempt.number}`];
  });
  return { missing, configuration: Object.fromEntries(resolved), inputs: found, far };
}

function producer(
  model: Model,
  execution: Execution,
  stage: string,
  makes: (action: ActionDefinition) => boolean,
): { by: Execution; action: string; region: string; attempt: Attempt } | undefined {
  for (const { name: where, actions } of model.stagesOf(execution)) {
    const action = actions.find(makes);
    if (action === undefined) continue;
    // A rollback takes what other stages made from its target (E8.5).
    const by = where === stage || execution.target === undefined ? execution : execution.target;
    const attempt = runOf(by, where)?.actions.get(action.name);
    if (attempt?.status !== "Succeeded") return undefined;
    return { by, action: action.name, region: action.region, attempt };
  }
  return undefined;
}
