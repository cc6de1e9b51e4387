/** Where references and input artifacts of an action find their values: in what ran before it. */
import { type Draft, stagesOf } from "./draft.ts";
import type { Lookup } from "./references.ts";
import type { ActionState, ArtifactLocation, ExecutionState } from "./state.ts";

/** Values as they are recorded now, in this execution (E4.2, E4.6). */
export function lookupIn(draft: Draft, execution: ExecutionState): Lookup {
  return ({ namespace, key }) => {
    if (namespace === "codepipeline") return key === "PipelineExecutionId" ? execution.id : undefined;
    const { variables } = draft.definition(execution.version);
    if (namespace === "variables" && variables.length > 0) return own(execution.variables, key);
    return own(succeeded(draft, execution, (action) => action.namespace === namespace)?.variables, key);
  };
}

/** The location recorded by the one action that declares the artifact as output, once it has succeeded (E3.6). */
export function findArtifact(
  draft: Draft,
  execution: ExecutionState,
  artifact: string,
): ArtifactLocation | undefined {
  const producer = succeeded(draft, execution, ({ outputs }) =>
    outputs.some(({ name }) => name === artifact),
  );
  return own(producer?.outputs, artifact);
}

function succeeded(
  draft: Draft,
  execution: ExecutionState,
  matches: (action: { namespace?: string; outputs: readonly { name: string }[] }) => boolean,
): ActionState | undefined {
  for (const stage of stagesOf(draft, execution)) {
    const definition = stage.actions.find(matches);
    if (definition === undefined) continue;
    const action = execution.runs[stage.name]?.actions[definition.name];
    return action?.status === "Succeeded" ? action : undefined;
  }
  return undefined;
}

/** A record's own member: `constructor` is a name like any other. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
