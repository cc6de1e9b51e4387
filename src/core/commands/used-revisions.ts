/** What PutActionRevision asks later: which revisions the pipeline has used (api.md §13.2, E13.4). */
import type { ExecutionState } from "../engine/index.ts";
import type { Tx } from "../store/store.ts";
import { keepUsedRevision } from "../store/used-revisions.ts";

/** Keeps the revisions that source actions delivered in this command. */
export async function keepUsedRevisions(
  tx: Tx,
  pipelineId: string,
  before: ReadonlyMap<string, ExecutionState>,
  after: readonly ExecutionState[],
): Promise<void> {
  for (const execution of after) {
    const known = before.get(execution.id)?.revisions;
    if (execution.revisions === known) continue;
    for (const [action, revision] of Object.entries(execution.revisions)) {
      const { recorded, revisionId, changeId } = revision;
      if (!recorded || revisionId === undefined || changeId === undefined) continue;
      if (known?.[action] === revision) continue;
      await keepUsedRevision(tx, {
        pipeline_id: pipelineId,
        action,
        revision: revisionId,
        change_id: changeId,
        execution_id: execution.id,
      });
    }
  }
}
