/** Finds the moves of refs that have no event: by pushes that a crash cut off, or by git used on the folder (S6.13). */
import { deleteIntents, lockRepository, openIntents, refPositions } from "../store/pushes.ts";
import { repositoryRow } from "../store/repositories.ts";
import type { Reader } from "../store/store.ts";
import type { PushIntentRow, RepositoryRow } from "../store/tables/repositories.ts";
import { movesBetween, NO_COMMIT } from "./moves.ts";
import { follow, type Parts } from "./parts.ts";
import { type RefMove, recordMoves } from "./record.ts";
import { pointHead, readRefs } from "./refs.ts";

/** No request to git takes longer (S6.11): an intent of that age can't come true any more. */
export const INTENT_LIFE_MS = 30 * 60_000;

export interface Reconciled {
  readonly row: RepositoryRow;
  /** Where branches and tags stand. */
  readonly refs: ReadonlyMap<string, string>;
  /** Intents of pushes that may still come true, not counting those under way in this process. */
  readonly open: number;
}

/**
 * Records what moved, leaving the refs of pushes under way to those. To be run in the repository's turn.
 *
 * @param endedPush id of a push whose git is known to have ended: what it hasn't done by now it won't
 * @returns undefined when the repository was deleted
 */
export async function reconcile(
  parts: Parts,
  repositoryId: string,
  endedPush?: string,
): Promise<Reconciled | undefined> {
  const { store, ambient, git, branchMoved, underWay } = parts;
  const busy = underWay.refsOf(repositoryId);
  const path = parts.pathOf(repositoryId);
  const row = await repositoryRow(store.read, repositoryId);
  if (row === undefined) return undefined;
  const refs = await readRefs(git, path);

  const look = async (db: Reader) => {
    const intents = (await openIntents(db, repositoryId)).filter(({ ref }) => !busy.has(ref));
    const moves = await unrecorded(db, repositoryId, refs, busy, intents);
    const stale = intents.filter(
      ({ push_id, created }) => push_id === endedPush || created < ambient.now() - INTENT_LIFE_MS,
    );
    return { intents, moves, stale };
  };

  const { intents, moves, stale } = await look(store.read);
  if (moves.length === 0 && stale.length === 0) {
    if (row.default_branch !== null) await pointHead(git, path, row.default_branch);
    return { row, refs, open: intents.length };
  }

  const result = await store.transaction(async (tx) => {
    const locked = await lockRepository(tx, repositoryId);
    if (locked === undefined) return undefined;
    const { intents, moves, stale } = await look(tx);
    const recorded = await recordMoves(tx, locked, moves, { at: ambient.now(), received: 0, branchMoved });
    await deleteIntents(
      tx,
      stale.map(({ id }) => id),
    );
    const gone = new Set([...stale, ...moves.flatMap(({ intent }) => intent ?? [])].map(({ id }) => id));
    return { row: locked, recorded, open: intents.filter(({ id }) => !gone.has(id)).length };
  });
  if (result === undefined) return undefined;
  await follow(parts, path, result.recorded);
  return { row: result.row, refs, open: result.open };
}

/** The chain of moves of every ref that isn't where its latest event put it. */
async function unrecorded(
  db: Reader,
  repositoryId: string,
  refs: ReadonlyMap<string, string>,
  busy: ReadonlySet<string>,
  intents: readonly PushIntentRow[],
): Promise<RefMove[]> {
  const known = new Map((await refPositions(db, repositoryId)).map((row) => [row.ref, row.commit_id]));
  return [...new Set([...known.keys(), ...refs.keys()])]
    .filter((ref) => !busy.has(ref))
    .flatMap((ref) =>
      movesBetween(
        known.get(ref) ?? NO_COMMIT,
        refs.get(ref) ?? NO_COMMIT,
        intents.filter((intent) => intent.ref === ref),
      ).map((move) => ({ ...move, ref })),
    );
}
