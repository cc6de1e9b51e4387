/** Loading what is live for a command: never history, so the cost doesn't grow with it (design decision 4). */
import type { Command, Definition, World } from "../engine/index.ts";
import { contendingStates, countLimited, liveStates } from "../store/executions.ts";
import type { Tx } from "../store/store.ts";
import type { PipelineRow } from "../store/tables/pipelines.ts";
import type { Room } from "./room.ts";

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
): Promise<World> {
  const state = pipelineStates.parse(pipeline.id, pipeline.state);
  const stored =
    command.type === "delete"
      ? await liveStates(tx, pipeline.id)
      : await contendingStates(tx, pipeline.id, executionOf(command));
  const executions = stored.map(({ id, state: text }) => executionStates.parse(id, text));

  const known = new Map<number, Definition>();
  if (current !== undefined) known.set(current.version, current);
  for (const version of new Set([
    state.currentVersion,
    ...executions.map((execution) => execution.version),
  ])) {
    known.set(version, await definitions.get(tx, pipeline.id, version));
  }
  return {
    pipeline: state,
    definitions: known,
    executions: new Map(executions.map((execution) => [execution.id, execution])),
    liveCount: await limitedCount(tx, pipeline.id, command, known.get(state.currentVersion)),
  };
}

function executionOf(command: Command): string | undefined {
  switch (command.type) {
    case "stop":
    case "retryStage":
    case "answerApproval":
    case "jobSucceeded":
    case "jobContinued":
    case "jobFailed":
    case "jobLost":
      return command.executionId;
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
  const adds = command.type === "start" || command.type === "retryStage";
  return adds && definition?.mode !== "SUPERSEDED" ? countLimited(tx, pipelineId) : 0;
}
