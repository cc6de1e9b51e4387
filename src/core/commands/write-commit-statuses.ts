import type { Definition, ExecutionState } from "../engine/index.ts";
import { afterCommit } from "../store/after-commit.ts";
import { COMMIT_STATUS_TOPIC, putCommitStatus } from "../store/commit-statuses.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { PipelineRow } from "../store/tables/pipelines.ts";
import { type CommitStatus, newCommitStatuses } from "./commit-statuses.ts";
import type { Room } from "./room.ts";

/** Queues what the hosts of an execution's commits are to be told, with what it is told of (S7.11). */
export function writeCommitStatuses(
  tx: Tx,
  room: Room,
  pipeline: PipelineRow,
  definition: Definition,
  { before, after }: { readonly before: ExecutionState | undefined; readonly after: ExecutionState },
): Soon<void> {
  const statuses = newCommitStatuses(definition, before, after);
  // Mostly there are none, and every command asks.
  if (statuses.length > 0) return write(tx, room, pipeline, after.id, statuses);
}

async function write(
  tx: Tx,
  { ambient, announce }: Room,
  pipeline: PipelineRow,
  executionId: string,
  statuses: readonly CommitStatus[],
): Promise<void> {
  for (const { connection, repository, commit, actionExecutionId, state, description } of statuses) {
    await putCommitStatus(tx, {
      id: ambient.newId(),
      account: pipeline.account,
      region: pipeline.region,
      pipeline_name: pipeline.name,
      connection,
      repository,
      commit_id: commit,
      execution_id: executionId,
      action_execution_id: actionExecutionId ?? null,
      state,
      description,
      due: ambient.now(),
    });
  }
  afterCommit(tx, () => announce(COMMIT_STATUS_TOPIC));
}
