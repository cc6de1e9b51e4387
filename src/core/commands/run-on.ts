/** One command on one pipeline: load → engine → write. Committing and waking is the caller's transaction. */
import {
  type Answer,
  type Command,
  type Definition,
  decide,
  type Env,
  type PipelineState,
  type World,
} from "../engine/index.ts";
import { keepPastActions } from "../store/action-history.ts";
import { insertCommand } from "../store/commands.ts";
import { changeExecution, insertExecutions } from "../store/executions.ts";
import { savePipelineState, takePipeline } from "../store/pipelines.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { ExecutionRow, PipelineRow } from "../store/tables/pipelines.ts";
import { existence, loadCustomTypes, loadPartnerTypes, queryableProperty } from "./action-types.ts";
import { newArtifactKey } from "./artifact-key.ts";
import { type RecordedCommand, type Recording, recording } from "./recorded-command.ts";
import type { Room } from "./room.ts";
import { executionRow, jobRow, standingOf } from "./rows.ts";
import { PipelineMissingError, RefusedError } from "./types.ts";
import { keepUsedRevisions } from "./used-revisions.ts";
import { definitionOf, type LoadedWorld, loadWorld } from "./world.ts";
import { writeCommitStatuses } from "./write-commit-statuses.ts";
import { writeEffects } from "./write-effects.ts";

/**
 * @param pipeline the row, taken by `tx`
 * @param current the definition that an update makes current
 * @throws RefusedError; nothing was written then
 */
export async function runOn(
  tx: Tx,
  room: Room,
  pipeline: PipelineRow,
  command: Command,
  current?: Definition,
): Promise<Answer> {
  const world = await loadWorld(tx, room, pipeline, command, current);
  const customTypes = await loadCustomTypes(tx, pipeline, world.definitions.values());
  const partnerTypes = await loadPartnerTypes(tx, room.catalogue, pipeline, world.definitions.values());
  const actionTypeExists = existence(room.catalogue, customTypes, partnerTypes);
  const taken = recording(environment(room, actionTypeExists, latestTime(world)));
  const { env } = taken;
  const decision = decide(world, command, env);
  if (decision.kind === "refused") throw new RefusedError(decision.refusal);

  const states = decision.executions.map((state) => room.executionStates.stringify(state.id, state));
  const position =
    decision.pipeline === world.pipeline
      ? world.latestCommand
      : await keepCommand(tx, pipeline.id, command, world, taken, states);
  const rows = decision.executions.map((execution, index) =>
    executionRow(pipeline.id, execution, { state: states[index] ?? "", command: position }),
  );
  if (changesPipeline(world.pipeline, decision.pipeline, rows)) {
    const state = room.pipelineStates.stringify(pipeline.id, decision.pipeline);
    await savePipelineState(tx, { id: pipeline.id, state, command: position });
  }
  await insertExecutions(
    tx,
    rows.filter((row) => !world.executions.has(row.id)),
  );
  for (const row of rows) {
    const before = world.executions.get(row.id);
    if (before !== undefined) await changeExecution(tx, row, standingOf(before));
  }
  await keepUsedRevisions(tx, pipeline.id, world.executions, decision.executions);
  await writeCommitStatuses(tx, room, pipeline, world, decision.executions);

  await writeEffects(tx, room, pipeline, decision.effects, env.now, (job) => {
    const execution = decision.executions.find(({ id }) => id === job.executionId);
    if (execution === undefined) throw new Error(`job ${job.id} belongs to no execution of the decision`);
    return jobRow(job, {
      pipeline,
      definition: definitionOf(world, execution),
      queryableProperty: queryableProperty(customTypes, job.type),
    });
  });
  for (const { id, live } of rows) if (live === 0) await keepPastActions(tx, id);
  return decision.answer;
}

/** Commands that change nothing aren't kept: it is worked out again without them. @returns its position */
function keepCommand(
  tx: Tx,
  pipelineId: string,
  command: Command,
  { liveCount, latestCommand }: LoadedWorld,
  { env, ids, keys, missing }: Recording,
  changed: readonly string[],
): Soon<number> {
  const record: RecordedCommand = {
    command,
    now: env.now,
    ids,
    keys,
    ...(liveCount > 0 && { live: liveCount }),
    limit: env.limits.concurrentExecutions,
    ...(missing.length > 0 && { missing }),
    size: changed.reduce((size, state) => size + state.length, 0),
  };
  return insertCommand(tx, {
    pipeline_id: pipelineId,
    previous: latestCommand,
    record: JSON.stringify(record),
  });
}

/** The latest time written for the pipeline: no command sees an earlier one (E10.4). */
function latestTime({ pipeline, executions }: World): number {
  return Math.max(pipeline.latestTime, ...[...executions.values()].map(({ updatedAt }) => updatedAt));
}

/**
 * Most commands change nothing of the pipeline but its latest time. That stands in the executions too, and where every
 * changed one is loaded by whatever command comes next, there it is enough.
 */
function changesPipeline(
  before: PipelineState,
  after: PipelineState,
  changed: readonly ExecutionRow[],
): boolean {
  const members = Object.keys(after) as (keyof PipelineState)[];
  const onlyTime = members.every((member) => member === "latestTime" || after[member] === before[member]);
  return !onlyTime || changed.some((row) => row.contending === 0);
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
