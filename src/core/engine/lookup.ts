/** Where references and input artifacts of an action find their values: in what ran before it. */
import type { ActionDefinition, Definition } from "./definition.ts";
import type { Draft } from "./draft.ts";
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
    return own(succeeded(draft, execution, named(draft, execution, namespace))?.variables, key);
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
  const producer = producersOf(draft.definition(execution.version)).get(artifact);
  return own(succeeded(draft, execution, producer)?.outputs, artifact);
}

interface Place {
  readonly stage: string;
  readonly action: string;
}

/** Versions never change, and every start and end of an action asks who made its inputs. */
const producers = new WeakMap<Definition, ReadonlyMap<string, Place>>();

/** Which action declares an artifact as its output, by the artifact's name. */
function producersOf(definition: Definition): ReadonlyMap<string, Place> {
  let known = producers.get(definition);
  if (known === undefined) {
    const places = definition.stages.flatMap(({ name: stage, actions }) =>
      actions.flatMap(({ name: action, outputs }) =>
        outputs.map((output): [string, Place] => [output.name, { stage, action }]),
      ),
    );
    known = new Map(places);
    producers.set(definition, known);
  }
  return known;
}

function named(draft: Draft, { version }: ExecutionState, namespace: string): Place | undefined {
  for (const { name: stage, actions } of draft.definition(version).stages) {
    const action = actions.find((candidate) => candidate.namespace === namespace);
    if (action !== undefined) return { stage, action: action.name };
  }
  return undefined;
}

function succeeded(
  draft: Draft,
  execution: ExecutionState,
  place: Place | undefined,
): ActionState | undefined {
  if (place === undefined) return undefined;
  const { runs } = whoRan(draft, execution, place.stage);
  const action = own(own(runs, place.stage)?.actions, place.action);
  return action?.status === "Succeeded" ? action : undefined;
}

/** A ROLLBACK runs one stage; what the stages before had made is its target's (E8.5). */
function whoRan(draft: Draft, execution: ExecutionState, stage: string): ExecutionState {
  const { rollbackTarget, runs } = execution;
  if (rollbackTarget === undefined || own(runs, stage) !== undefined) return execution;
  return draft.execution(rollbackTarget);
}
