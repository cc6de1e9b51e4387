/** What can be asked of a pipeline: one transaction each, answered once it is committed (design decision 4). */
import type { Catalogue } from "../catalogue.ts";
import type { Command } from "../engine/index.ts";
import { DEFAULT_QUOTAS } from "../quotas.ts";
import type { Ambient, Scope } from "../scope.ts";
import { takePipelineNamed } from "../store/pipelines.ts";
import type { Store } from "../store/store.ts";
import { createPipelineCommand } from "./create-pipeline.ts";
import { createDefinitions } from "./definitions.ts";
import { deletePipelineCommand } from "./delete-pipeline.ts";
import { executionText } from "./execution-text.ts";
import { fireTimersCommand } from "./fire-timers.ts";
import { ParsedStates } from "./parsed-states.ts";
import { putRevisionCommand } from "./put-revision.ts";
import type { Room } from "./room.ts";
import { runIn, runOn } from "./run-on.ts";
import { startCommand } from "./start.ts";
import { type Commands, PipelineMissingError } from "./types.ts";
import { updatePipelineCommand } from "./update-pipeline.ts";

export { type ClockTask, type ClockWork, startClockWork } from "./clock-work.ts";
export { type ChangeStart, startByChange } from "./start-by-change.ts";
export { sweep } from "./sweep.ts";

export interface CommandsOptions {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly catalogue: Catalogue;
  /** Of one pipeline in QUEUED or PARALLEL mode (E2.12). */
  readonly maxConcurrentExecutions: number;
  /** Of an account and region. Default 1,000. */
  readonly maxPipelines?: number;
}

export function createCommands({
  store,
  maxPipelines = DEFAULT_QUOTAS.pipelines,
  ...options
}: CommandsOptions): Commands {
  const timerListeners = new Set<(due: number) => void>();
  const room: Room = {
    ...options,
    maxPipelines,
    definitions: createDefinitions(),
    pipelineStates: new ParsedStates(JSON.stringify),
    executionStates: new ParsedStates(executionText),
    announce: store.announce,
    timerSet(due) {
      for (const listener of timerListeners) listener(due);
    },
  };

  return {
    run: (scope: Scope, name: string, command: Command) =>
      store.transaction(async (tx) => {
        const pipeline = await takePipelineNamed(tx, scope, name);
        if (pipeline === undefined) throw new PipelineMissingError(name);
        return runOn(tx, room, pipeline, command);
      }),
    runIn: (tx, pipelineId, command) => runIn(tx, room, pipelineId, command),
    runOn: (tx, pipeline, command) => runOn(tx, room, pipeline, command),
    definition: room.definitions.get,
    start: startCommand(store, room),
    putRevision: putRevisionCommand(store, room),
    createPipeline: createPipelineCommand(store, room),
    updatePipeline: updatePipelineCommand(store, room),
    deletePipeline: deletePipelineCommand(store, room),
    fireTimers: fireTimersCommand(store, room),
    onTimer(listener) {
      timerListeners.add(listener);
      return () => timerListeners.delete(listener);
    },
  };
}
