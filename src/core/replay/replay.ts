/** Deciding a recorded command again, on the state that the ones before it made (I37). */

import type { RecordedCommand } from "../commands/recorded-command.ts";
import { typeKey } from "../commands/recorded-command.ts";
import { contends } from "../commands/rows.ts";
import { executionOf, rollbackTargets } from "../commands/world.ts";
import {
  type Command,
  type Definition,
  decide,
  type Env,
  type ExecutionState,
  type PipelineState,
} from "../engine/index.ts";

export interface ReplayedState {
  readonly pipeline: PipelineState;
  readonly executions: ReadonlyMap<string, ExecutionState>;
}

/** What came of a command, or how that differs from what it did when it was recorded. */
export type Replayed =
  | {
      readonly kind: "agrees";
      readonly state: ReplayedState;
      /** Ids of those that it changed or made. */
      readonly changed: readonly string[];
    }
  | { readonly kind: "disagrees"; readonly why: string };

/** @param definitions every version of the pipeline */
export function replayCommand(
  state: ReplayedState,
  record: RecordedCommand,
  definitions: ReadonlyMap<number, Definition>,
): Replayed {
  const ids = record.ids.values();
  const keys = record.keys.values();
  const missing = new Set(record.missing);
  const env: Env = {
    now: record.now,
    newId: () => next(ids, "an id"),
    newKey: () => next(keys, "a key"),
    limits: { concurrentExecutions: record.limit },
    actionTypeExists: (type) => !missing.has(typeKey(type)),
  };
  try {
    const executions = loadedFor(state, record.command, definitions);
    const world = { pipeline: state.pipeline, definitions, executions, liveCount: record.live ?? 0 };
    const decision = decide(world, record.command, env);
    if (decision.kind === "refused")
      return { kind: "disagrees", why: `the engine refuses it now: ${decision.refusal.code}` };
    if (!ids.next().done || !keys.next().done)
      return { kind: "disagrees", why: "it starts less now than it did" };
    const size = decision.executions.reduce((sum, execution) => sum + JSON.stringify(execution).length, 0);
    if (size !== record.size)
      return { kind: "disagrees", why: "it changes executions otherwise than it did" };
    const after = new Map(state.executions);
    for (const execution of decision.executions) after.set(execution.id, execution);
    return {
      kind: "agrees",
      state: { pipeline: decision.pipeline, executions: after },
      changed: decision.executions.map(({ id }) => id),
    };
  } catch (error) {
    return { kind: "disagrees", why: error instanceof Error ? error.message : String(error) };
  }
}

function next(values: Iterator<string>, what: string): string {
  const { value, done } = values.next();
  if (done) throw new Error(`it asks for ${what} more than it did`);
  return value;
}

/** What the command had loaded (commands/world.ts). */
function loadedFor(
  { pipeline, executions }: ReplayedState,
  command: Command,
  definitions: ReadonlyMap<number, Definition>,
): ReadonlyMap<string, ExecutionState> {
  const named = executionOf(command);
  const loaded = [...executions.values()].filter((execution) =>
    command.type === "delete" ? isLive(execution) : execution.id === named || contends(execution),
  );
  const current = definitions.get(pipeline.currentVersion);
  const targets = current === undefined ? [] : rollbackTargets(loaded, pipeline, current);
  for (const id of targets) {
    const target = executions.get(id);
    if (target !== undefined) loaded.push(target);
  }
  return new Map(loaded.map((execution) => [execution.id, execution]));
}

function isLive({ status }: ExecutionState): boolean {
  return status === "InProgress" || status === "Stopping";
}
