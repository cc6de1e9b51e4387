/** One command on one pipeline: load → engine → write. Committing and waking is the caller's transaction. */
import {
  type Answer,
  type Command,
  type Definition,
  decide,
  type Env,
  type NewJob,
  type World,
} from "../engine/index.ts";
import { keepPastActions } from "../store/action-history.ts";
import { type TakenPipeline, takePipeline } from "../store/pipelines.ts";
import { eachInTurn, inTurn, soon } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import { existence, loadUsedTypes, queryableProperty, type UsedTypes } from "./action-types.ts";
import { newArtifactKey } from "./artifact-key.ts";
import { recording } from "./recorded-command.ts";
import type { Room } from "./room.ts";
import { executionRow, jobRow } from "./rows.ts";
import { PipelineMissingError, RefusedError } from "./types.ts";
import { keepUsedRevisions } from "./used-revisions.ts";
import { definitionOf, type LoadedWorld, loadWorld } from "./world.ts";
import { writeCommand } from "./write-command.ts";
import { writeCommitStatuses } from "./write-commit-statuses.ts";
import { writeEffects } from "./write-effects.ts";
import { writeStates } from "./write-states.ts";

/**
 * @param pipeline the row, taken by `tx`
 * @param current the definition that an update makes current
 * @throws RefusedError; nothing was written then
 */
export function runOn(
  tx: Tx,
  room: Room,
  pipeline: TakenPipeline,
  command: Command,
  current?: Definition,
): Soon<Answer> {
  return soon(loadWorld(tx, room, pipeline, command, current), (world) =>
    soon(loadUsedTypes(tx, room.catalogue, pipeline, world.definitions.values()), (types) =>
      carryOut(tx, room, pipeline, command, world, types),
    ),
  );
}

function carryOut(
  tx: Tx,
  room: Room,
  pipeline: TakenPipeline,
  command: Command,
  world: LoadedWorld,
  types: UsedTypes,
): Soon<Answer> {
  const actionTypeExists = existence(room.catalogue, types);
  const taken = recording(environment(room, actionTypeExists, latestTime(world)));
  const decision = decide(world, command, taken.env);
  if (decision.kind === "refused") throw new RefusedError(decision.refusal);

  const states = decision.executions.map((state) => room.executionStates.stringify(state.id, state));
  // Commands that change nothing aren't kept: the state is worked out again without them.
  const position =
    decision.pipeline === world.pipeline
      ? world.latestCommand
      : writeCommand(tx, pipeline.id, command, world, taken, states);
  const toJobRow = (job: NewJob) => {
    const execution = decision.executions.find(({ id }) => id === job.executionId);
    if (execution === undefined) throw new Error(`job ${job.id} belongs to no execution of the decision`);
    return jobRow(job, {
      pipeline,
      definition: definitionOf(world, execution),
      queryableProperty: queryableProperty(types, job.type),
    });
  };
  const write = (at: number) => {
    const rows = decision.executions.map((execution, index) =>
      executionRow(pipeline.id, execution, { state: states[index] ?? "", command: at }),
    );
    const changed = { pipeline: decision.pipeline, executions: rows, position: at };
    return inTurn(
      () => writeStates(tx, room, pipeline.id, world, changed),
      () => keepUsedRevisions(tx, pipeline.id, world.executions, decision.executions),
      () => writeCommitStatuses(tx, room, pipeline, world, decision.executions),
      () => writeEffects(tx, room, pipeline, decision.effects, taken.env.now, toJobRow),
      () => eachInTurn(rows, ({ id, live }) => (live === 0 ? keepPastActions(tx, id) : undefined)),
    );
  };
  return soon(soon(position, write), () => decision.answer);
}

/** The latest time written for the pipeline: no command sees an earlier one (E10.4). */
function latestTime({ pipeline, executions }: World): number {
  return Math.max(pipeline.latestTime, ...[...executions.values()].map(({ updatedAt }) => updatedAt));
}

/** @throws PipelineMissingError, RefusedError; nothing was written then */
export async function runIn(tx: Tx, room: Room, pipelineId: string, command: Command): Promise<Answer> {
  const pipeline = await takePipeline(tx, pipelineId);
  if (pipeline === undefined) throw new PipelineMissingError(pipelineId);
  return runOn(tx, room, pipeline, command);
}

function environment(
  { ambient, maxConcurrentExecutions }: Room,
  actionTypeExists: Env["actionTypeExists"],
  latest: number,
): Env {
  return {
    // No command sees time go back (E10.4).
    now: Math.max(ambient.now(), latest),
    newId: ambient.newId,
    newKey: () => newArtifactKey(ambient),
    limits: { concurrentExecutions: maxConcurrentExecutions },
    actionTypeExists,
  };
}
