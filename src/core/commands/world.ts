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
import type { TakenPipeline } from "../store/pipelines.ts";
import { soon } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { Room } from "./room.ts";

export interface LoadedWorld extends World {
  /** Position of the last command on the pipeline, 0 before the first: whatever that one changed is loaded. */
  readonly latestCommand: number;
}

/**
 * @param pipeline the row, taken by this transaction
 * @param current the pipeline's newest definition, where it isn't the stored state's yet (an update)
 */
export function loadWorld(
  tx: Tx,
  room: Room,
  pipeline: TakenPipeline,
  command: Command,
  current?: Definition,
): Soon<LoadedWorld> {
  const state = room.pipelineStates.parse(pipeline.id, pipeline.state);
  const { currentVersion } = state;
  const asked =
    current?.version === currentVersion ? current : room.definitions.get(tx, pipeline.id, currentVersion);
  return soon(asked, (inForce) =>
    soon(storedStates(tx, pipeline.id, command), (stored) => {
      const executions = parsed(room, stored);
      const versions = current === undefined ? [inForce] : [inForce, current];
      const world: LoadedWorld = {
        latestCommand: Math.max(pipeline.command, ...stored.map((row) => row.command)),
        pipeline: state,
        definitions: new Map(versions.map((definition) => [definition.version, definition])),
        executions: new Map(executions.map((execution) => [execution.id, execution])),
        liveCount: 0,
      };
      const targets = rollbackTargets(executions, state, inForce);
      const limited = isLimited(command, inForce);
      const known = executions.every(({ version }) => world.definitions.has(version));
      const whole = known && targets.length === 0 && !limited;
      return whole ? world : completed(tx, room, pipeline.id, world, targets, limited);
    }),
  );
}

/** With what few commands need besides. */
async function completed(
  tx: Tx,
  room: Room,
  pipelineId: string,
  world: LoadedWorld,
  targets: readonly string[],
  limited: boolean,
): Promise<LoadedWorld> {
  const executions = new Map(world.executions);
  for (const target of parsed(room, await statesOf(tx, pipelineId, targets)))
    executions.set(target.id, target);
  const definitions = new Map(world.definitions);
  for (const { version } of executions.values())
    if (!definitions.has(version))
      definitions.set(version, await room.definitions.get(tx, pipelineId, version));
  const liveCount = limited ? await countLimited(tx, pipelineId) : 0;
  return { ...world, executions, definitions, liveCount };
}

function storedStates(tx: Tx, pipelineId: string, command: Command): Soon<StoredState[]> {
  if (command.type === "delete") return liveStates(tx, pipelineId);
  return contendingStates(tx, pipelineId, executionOf(command));
}

function parsed({ executionStates }: Room, stored: readonly StoredState[]): ExecutionState[] {
  return stored.map(({ id, state }) => executionStates.parse(id, state));
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
function isLimited({ type }: Command, { mode }: Definition): boolean {
  return mode !== "SUPERSEDED" && ["start", "retryStage", "overrideCondition"].includes(type);
}
