/** When the moves of a push are recorded: in the order in which git made them, pushes at once among them (S6.14). */
import { deleteIntents, lockRepository, openIntents, refPositions } from "../store/pushes.ts";
import type { Tx } from "../store/store.ts";
import type { PushIntentRow } from "../store/tables/repositories.ts";
import { type Move, movesBetween, NO_COMMIT } from "./moves.ts";
import type { Parts } from "./parts.ts";
import { type Recorded, type RefMove, recordMoves } from "./record.ts";
import type { PushUnderWay } from "./under-way.ts";

interface Outcome {
  readonly intents: readonly PushIntentRow[];
  /** Refs that git moved. */
  readonly moved: ReadonlySet<string>;
  /** Bytes that were taken in. */
  readonly received: number;
}

/**
 * A push that began where another one ended waits until that one is recorded. Only a move that nobody here can have
 * made is recorded as an unannounced one.
 *
 * @returns undefined when the repository was deleted meanwhile
 */
export async function recordInOrder(
  parts: Parts,
  push: PushUnderWay,
  outcome: Outcome,
): Promise<Recorded | undefined> {
  for (;;) {
    const result = await parts.store.transaction((tx) => record(tx, parts, push, outcome));
    if (!Array.isArray(result)) return result;
    push.waiting = true;
    await Promise.race(result.map((other) => other.ended));
    push.waiting = false;
  }
}

/** @returns the pushes to wait for, having changed nothing, when one of them must come first */
async function record(
  tx: Tx,
  { ambient, branchMoved, underWay }: Parts,
  push: PushUnderWay,
  { intents, moved, received }: Outcome,
): Promise<Recorded | PushUnderWay[] | undefined> {
  const row = await lockRepository(tx, push.repositoryId);
  if (row === undefined) return undefined;
  const open = new Map((await openIntents(tx, row.id)).map((intent) => [intent.id, intent]));
  const known = new Map((await refPositions(tx, row.id)).map(({ ref, commit_id }) => [ref, commit_id]));
  const positionOf = (ref: string) => known.get(ref) ?? NO_COMMIT;
  // An intent that is gone was found fulfilled by somebody who looked at the refs: its event is made.
  const due = intents.filter(({ id, ref }) => moved.has(ref) && open.has(id));

  const early = due.filter(({ ref, old_commit }) => positionOf(ref) !== old_commit);
  const earlyRefs = early.map(({ ref }) => ref);
  // One that waits itself can't be waited for: then somebody else has moved the ref.
  const before = underWay.mayHaveMoved(row.id, earlyRefs, push).filter(({ waiting }) => !waiting);
  if (before.length > 0) return before;

  for (const { id } of intents) open.delete(id);
  const others = [...open.values()];
  const moves = due.flatMap((intent): RefMove[] => {
    const { ref, old_commit: oldCommit, new_commit: newCommit } = intent;
    const way: Move<PushIntentRow>[] = movesBetween(
      positionOf(ref),
      oldCommit,
      others.filter((other) => other.ref === ref),
    );
    if (oldCommit !== newCommit) way.push({ oldCommit, newCommit, intent });
    return way.map((move) => ({ ...move, ref }));
  });
  await deleteIntents(
    tx,
    intents.map(({ id }) => id),
  );
  return recordMoves(tx, row, moves, { at: ambient.now(), received, branchMoved });
}
