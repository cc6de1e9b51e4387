/** Loading what is live for a command: never history, so the cost doesn't grow with it (design decision 4). */
import type {
  Command,
  Definition,
  ExecutionState,
  PipelineState,
  StageDefinition,
  World,
} from "../engine/index.ts";
import {
  contendingStates,
  countLimited,
  liveStates,
  type StoredState,
  statesOf,
} from "../store/executions.ts";
import type { Tx } from "../store/store.ts";
import type { PipelineRow } from "../store/tables/pipelines.ts";
import type { Room } from "./room.ts";

export interface LoadedWorld extends World {
  /** Position of the last command on the pipeline, 0 before the first: whatever that one changed is loaded. */
  readonly latestCommand: number;
}

/**
 * @param pipeline the row, taken by this transaction
 * @param current the pipeline's newest definition, where it isn't the stored state's yet (an update)
 */
export async function loadWorld(
  tx: Tx,
  { definitions, pipelineStates, executionStates }: Room,
  pipeline: PipelineRow,
  command: Command,
  current?: Definition,
): Promise<LoadedWorld> {
  const state = pipelineStates.parse(pipeline.id, pipeline.state);
  const stored =
    command.type === "delete"
      ? await liveStates(tx, pipeline.id)
      : await contendingStates(tx, pipeline.id, executionOf(command));
  const known = new Map<number, Definition>();
  if (current !== undefined) known.set(current.version, current);
  const define = async (version: number) => {
    let found = known.get(version);
    if (found === undefined) {
      found = await definitions.get(tx, pipeline.id, version);
      known.set(version, found);
    }
    return found;
  };
  const parse = ({ id, state: text }: StoredState) => executionStates.parse(id, text);
  const executions = stored.map(parse);
  const targets = rollbackTargets(executions, state, await define(state.currentVersion));
  if (targets.length > 0) executions.push(...(await statesOf(tx, pipeline.id, targets)).map(parse));
  for (const { version } of executions) if (!known.has(version)) await define(version);
  return {
    latestCommand: Math.max(pipeline.command, ...stored.map((row) => row.command)),
    pipeline: state,
    definitions: known,
    executions: new Map(executions.map((execution) => [execution.id, execution])),
    liveCount: await limitedCount(tx, pipeline.id, command, known.get(state.currentVersion)),
  };
}

/** @throws Error for an execution that a command can't have changed: the definitions of those are loaded */
export function definitionOf({ definitions }: World, { id, version }: ExecutionState): Definition {
  const definition = definitions.get(version);
  if (definition === undefined) throw new Error(`the definition of execution ${id} was not loaded`);
  return definition;
}

/** Executions that rollbacks need and that aren't loaded: those of a live one, and of one that a failure would start. */
export function rollbackTargets(
  loaded: readonly ExecutionState[],
  { stages }: PipelineState,
  current: Definition,
): string[] {
  const live = loaded.flatMap(({ rollbackTarget }) => rollbackTarget ?? []);
  const inForce = current.stages.filter(rollsBack).flatMap(({ name }) => stages[name]?.inForce ?? []);
  if (live.length + inForce.length === 0) return [];
  const known = new Set(loaded.map(({ id }) => id));
  return [...new Set([...live, ...inForce])].filter((id) => !known.has(id));
}

function rollsBack({ onFailure, onSuccess }: StageDefinition): boolean {
  const failure = onFailure && ("condition" in onFailure ? onFailure.condition.result : onFailure.result);
  return failure === "ROLLBACK" || onSuccess?.result === "ROLLBACK";
}

/** The execution that a command names. */
export function executionOf(command: Command): string | undefined {
  switch (command.type) {
    case "stop":
    case "retryStage":
    case "overrideCondition":
    case "answerApproval":
    case "jobSucceeded":
    case "jobContinued":
    case "jobParked":
    case "jobFailed":
    case "jobLost":
    case "copyDone":
    case "copyFailed":
      return command.executionId;
    case "rollbackStage":
      return command.targetId;
    case "timerFired":
      return command.timer.executionId;
    case "start":
    case "setTransition":
    case "update":
    case "delete":
      return undefined;
  }
}

/** Only what adds a live execution asks for the count, and only outside of SUPERSEDED there is a limit (E2.12). */
async function limitedCount(
  tx: Tx,
  pipelineId: string,
  command: Command,
  definition: Definition | undefined,
): Promise<number> {
  const adds = ["start", "retryStage", "overrideCondition"].includes(command.type);
  return adds && definition?.mode !== "SUPERSEDED" ? countLimited(tx, pipelineId) : 0;
}
