import type { ExecutionState, World } from "../engine/index.ts";
import { afterCommit } from "../store/after-commit.ts";
import { COMMIT_STATUS_TOPIC, putCommitStatus } from "../store/commit-statuses.ts";
import type { TakenPipeline } from "../store/pipelines.ts";
import { eachInTurn } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import { type CommitStatus, newCommitStatuses } from "./commit-statuses.ts";
import type { Room } from "./room.ts";
import { definitionOf } from "./world.ts";

interface Telling extends CommitStatus {
  readonly executionId: string;
}

/**
 * Queues what the hosts of executions' commits are to be told, with what it is told of (S7.11).
 * @param world before the command
 * @param changed the executions that it has changed
 */
export function writeCommitStatuses(
  tx: Tx,
  room: Room,
  pipeline: TakenPipeline,
  world: World,
  changed: readonly ExecutionState[],
): Soon<void> {
  const statuses = changed.flatMap((after) => {
    const before = world.executions.get(after.id);
    const successor = successorOf(after, world, changed);
    return newCommitStatuses(definitionOf(world, after), before, after, successor).map(
      (status): Telling => ({ ...status, executionId: after.id }),
    );
  });
  if (statuses.length > 0) afterCommit(tx, () => room.announce(COMMIT_STATUS_TOPIC));
  return eachInTurn(statuses, (status) => putCommitStatus(tx, statusRow(room, pipeline, status)));
}

/** What took the place of a superseded execution, as it is now, where that has its own word of commits. */
function successorOf(
  { status, supersededBy }: ExecutionState,
  { executions }: World,
  changed: readonly ExecutionState[],
): ExecutionState | undefined {
  if (status !== "Superseded" || supersededBy === undefined) return undefined;
  const successor = changed.find(({ id }) => id === supersededBy) ?? executions.get(supersededBy);
  return successor?.type === "ROLLBACK" ? undefined : successor;
}

function statusRow({ ambient }: Room, pipeline: TakenPipeline, status: Telling) {
  return {
    id: ambient.newId(),
    account: pipeline.account,
    region: pipeline.region,
    pipeline_name: pipeline.name,
    connection: status.connection,
    repository: status.repository,
    commit_id: status.commit,
    execution_id: status.executionId,
    action_execution_id: status.actionExecutionId ?? null,
    state: status.state,
    description: status.description,
    due: ambient.now(),
  };
}
