/** Writes what happened to refs: events, positions, the default branch, and what they start, in one transaction (S6.12). */
import { deleteIntents, settleRepository, writeRefEvent } from "../store/pushes.ts";
import type { Tx } from "../store/store.ts";
import type { PushIntentRow, RepositoryRow } from "../store/tables/repositories.ts";
import { type Move, NO_COMMIT } from "./moves.ts";
import { branchOf } from "./ref-names.ts";
import type { BranchMoved } from "./types.ts";

export interface RefMove extends Move<PushIntentRow> {
  readonly ref: string;
}

export interface Recorded {
  readonly defaultBranch: string | null;
  /** Executions that were started, with the commits they are bound to. */
  readonly started: readonly { readonly executionId: string; readonly commitId: string }[];
}

/**
 * Makes one event of each move, in order; intents that are fulfilled by it go.
 *
 * @param row the repository, locked in `tx`
 * @param received bytes that were taken in
 */
export async function recordMoves(
  tx: Tx,
  row: RepositoryRow,
  moves: readonly RefMove[],
  { at, received, branchMoved }: { at: number; received: number; branchMoved: BranchMoved },
): Promise<Recorded> {
  const scope = { account: row.account, region: row.region };
  const started: { executionId: string; commitId: string }[] = [];
  let number = row.last_event;
  for (const { ref, oldCommit, newCommit, intent } of moves) {
    const skipped = intent?.skipped ?? 0;
    const removed = newCommit === NO_COMMIT;
    number += 1;
    await writeRefEvent(
      tx,
      {
        repository_id: row.id,
        number,
        ref,
        old_commit: oldCommit,
        new_commit: newCommit,
        pusher: intent?.pusher ?? null,
        skipped,
        at,
      },
      removed,
    );
    const branch = branchOf(ref);
    if (branch === undefined || removed || skipped === 1) continue;
    const ids = await branchMoved(tx, scope, { repositoryName: row.name, branch, commitId: newCommit });
    started.push(...ids.map((executionId) => ({ executionId, commitId: newCommit })));
  }
  await deleteIntents(
    tx,
    moves.flatMap(({ intent }) => (intent === undefined ? [] : [intent.id])),
  );
  const defaultBranch = row.default_branch ?? firstBranch(moves);
  await settleRepository(tx, row.id, {
    last_event: number,
    default_branch: defaultBranch,
    updated: moves.length > 0 ? at : row.updated,
    received: row.received + received,
  });
  return { defaultBranch, started };
}

/** What becomes the default of a repository without one: `main` first, else the first branch made (S6.7). */
function firstBranch(moves: readonly RefMove[]): string | null {
  const made = moves.flatMap(({ ref, newCommit }) => (newCommit === NO_COMMIT ? [] : (branchOf(ref) ?? [])));
  return made.includes("main") ? "main" : (made[0] ?? null);
}
