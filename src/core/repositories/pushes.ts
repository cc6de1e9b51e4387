/** A push from its intents to its events: each move of a ref makes exactly one (S6.12 to S6.14). */
import { deleteIntents, insertIntents, lockRepository, openIntents, refPositions } from "../store/pushes.ts";
import type { Tx } from "../store/store.ts";
import type { PushIntentRow } from "../store/tables/repositories.ts";
import { type Move, movesBetween, NO_COMMIT } from "./moves.ts";
import { follow, type Parts } from "./parts.ts";
import { planPush } from "./plan.ts";
import { reconcile } from "./reconcile.ts";
import { type Recorded, type RefMove, recordMoves } from "./record.ts";
import type { Push, PushRequest, RefUpdate } from "./types.ts";
import type { PushUnderWay } from "./under-way.ts";

type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Catches up with what moved unseen, decides what git may be asked for, and commits the intents of that.
 *
 * @returns undefined when the repository was deleted meanwhile
 */
export function beginPush(
  parts: Parts,
  inTurn: InTurn,
  repositoryId: string,
  request: PushRequest,
): Promise<Push | undefined> {
  const { store, ambient, underWay } = parts;
  return inTurn(repositoryId, async () => {
    const found = await reconcile(parts, repositoryId);
    if (found === undefined) return undefined;
    const { accepted, refused } = planPush(request, found.refs, found.row.received);
    const pushId = ambient.newId();
    const intents = accepted.map((update) => intentOf(update, pushId, repositoryId, request, parts));
    const push = underWay.begin(repositoryId, new Set(accepted.map(({ ref }) => ref)));
    try {
      await store.transaction((tx) => insertIntents(tx, intents));
    } catch (error) {
      push.end();
      throw error;
    }

    return {
      accepted,
      refused,
      uploaded() {
        push.uploaded = true;
      },
      async settle(moved, received) {
        try {
          const recorded = await record(parts, push, intents, moved, received);
          if (recorded !== undefined) await follow(parts, parts.pathOf(repositoryId), recorded);
        } finally {
          push.end();
        }
      },
      async lookUp() {
        push.end();
        await inTurn(repositoryId, () => reconcile(parts, repositoryId, pushId));
      },
    };
  });
}

function intentOf(
  { ref, oldCommit, newCommit }: RefUpdate,
  pushId: string,
  repositoryId: string,
  { pusher, skipped }: PushRequest,
  { ambient }: Parts,
): PushIntentRow {
  return {
    id: ambient.newId(),
    push_id: pushId,
    repository_id: repositoryId,
    ref,
    old_commit: oldCommit,
    new_commit: newCommit,
    pusher,
    skipped: skipped ? 1 : 0,
    created: ambient.now(),
  };
}

/**
 * Records the moves in the order in which git made them: a push that began where another one ended waits until that
 * one is recorded. Only a move that nobody here can have made is recorded as an unannounced one.
 *
 * @returns undefined when the repository was deleted meanwhile
 */
async function record(
  parts: Parts,
  push: PushUnderWay,
  intents: readonly PushIntentRow[],
  moved: ReadonlySet<string>,
  received: number,
): Promise<Recorded | undefined> {
  const fulfilled = intents.filter((intent) => moved.has(intent.ref));
  for (;;) {
    const result = await parts.store.transaction((tx) =>
      recordInOrder(tx, parts, push, { intents, fulfilled, received }),
    );
    if (!Array.isArray(result)) return result;
    push.waiting = true;
    await Promise.race(result.map((other) => other.ended));
    push.waiting = false;
  }
}

/** @returns the pushes to wait for, having changed nothing, when one of them must come first */
async function recordInOrder(
  tx: Tx,
  { ambient, branchMoved, underWay }: Parts,
  push: PushUnderWay,
  own: { intents: readonly PushIntentRow[]; fulfilled: readonly PushIntentRow[]; received: number },
): Promise<Recorded | PushUnderWay[] | undefined> {
  const row = await lockRepository(tx, push.repositoryId);
  if (row === undefined) return undefined;
  const open = await openIntents(tx, row.id);
  const known = new Map((await refPositions(tx, row.id)).map(({ ref, commit_id }) => [ref, commit_id]));
  const positionOf = (ref: string) => known.get(ref) ?? NO_COMMIT;
  // An intent that is gone was found fulfilled by somebody who looked at the refs: its event is made.
  const due = own.fulfilled.filter(({ id }) => open.some((intent) => intent.id === id));

  const early = due.filter(({ ref, old_commit }) => positionOf(ref) !== old_commit);
  const before = underWay.before(
    push,
    early.map(({ ref }) => ref),
  );
  if (before.length > 0) return before;

  const mine = new Set(own.intents.map(({ id }) => id));
  const others = open.filter(({ id }) => !mine.has(id));
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
  await deleteIntents(tx, [...mine]);
  return recordMoves(tx, row, moves, { at: ambient.now(), received: own.received, branchMoved });
}
