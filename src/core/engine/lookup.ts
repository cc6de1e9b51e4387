/** Where references and input artifacts of an action find their values: in what ran before it. */
import type { ActionDefinition } from "./definition.ts";
import { type Draft, stagesOf } from "./draft.ts";
import type { NamedArtifact } from "./effect.ts";
import { own } from "./records.ts";
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

/** An action's input artifacts, as far as they were produced in this execution (E3.6). */
export function findInputs(
  draft: Draft,
  execution: ExecutionState,
  { inputs }: Pick<ActionDefinition, "inputs">,
): { readonly found: readonly NamedArtifact[]; readonly absent: readonly string[] } {
  const found: NamedArtifact[] = [];
  const absent: string[] = [];
  for (const name of inputs) {
    const location = findArtifact(draft, execution, name);
    if (location === undefined) absent.push(name);
    else found.push({ name, ...location });
  }
  return { found, absent };
}

/** The location recorded by the one action that declares the artifact as output, once it has succeeded. */
function findArtifact(
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
  matches: (action: ActionDefinition) => boolean,
): ActionState | undefined {
  for (const stage of stagesOf(draft, execution)) {
    const definition = stage.actions.find(matches);
    if (definition === undefined) continue;
    const { runs } = whoRan(draft, execution, stage.name);
    const action = own(own(runs, stage.name)?.actions, definition.name);
    return action?.status === "Succeeded" ? action : undefined;
  }
  return undefined;
}

/** A ROLLBACK runs one stage; what the stages before had made is its target's (E8.5). */
function whoRan(draft: Draft, execution: ExecutionState, stage: string): ExecutionState {
  const { rollbackTarget, runs } = execution;
  if (rollbackTarget === undefined || own(runs, stage) !== undefined) return execution;
  return draft.execution(rollbackTarget);
}
