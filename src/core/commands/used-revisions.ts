/** What PutActionRevision asks later: which revisions the pipeline has used (api.md §13.2, E13.4). */
import type { ExecutionState } from "../engine/index.ts";
import { eachInTurn } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { UsedRevisionRow } from "../store/tables/pipelines.ts";
import { keepUsedRevision } from "../store/used-revisions.ts";

/** Keeps the revisions that source actions delivered in this command. */
export function keepUsedRevisions(
  tx: Tx,
  pipelineId: string,
  before: ReadonlyMap<string, ExecutionState>,
  after: readonly ExecutionState[],
): Soon<void> {
  const delivered = after.flatMap((execution) => {
    const known = before.get(execution.id)?.revisions;
    return execution.revisions === known ? [] : newRevisions(pipelineId, execution, known);
  });
  return eachInTurn(delivered, (row) => keepUsedRevision(tx, row));
}

function newRevisions(
  pipelineId: string,
  { id, revisions }: ExecutionState,
  known: ExecutionState["revisions"] | undefined,
): UsedRevisionRow[] {
  return Object.entries(revisions).flatMap(([action, revision]) => {
    const { recorded, revisionId, changeId } = revision;
    if (!recorded || revisionId === undefined || changeId === undefined) return [];
    if (known?.[action] === revision) return [];
    return [{ pipeline_id: pipelineId, action, revision: revisionId, change_id: changeId, execution_id: id }];
  });
}
