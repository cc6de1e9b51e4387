/** A push from its intents to its events: each move of a ref makes exactly one (S6.12 to S6.14). */
import { insertIntents } from "../store/pushes.ts";
import type { PushIntentRow } from "../store/tables/repositories.ts";
import { follow, type Parts } from "./parts.ts";
import { planPush } from "./plan.ts";
import { reconcile } from "./reconcile.ts";
import { recordInOrder } from "./record-in-order.ts";
import type { Push, PushRequest, RefUpdate } from "./types.ts";

/**
 * Catches up with what moved unseen, decides what git may be asked for, and commits the intents of that. A push waits
 * for those that have moved its refs already and are about to record it: so it begins where the events end, and one
 * that began by a ref's earlier value can't be taken for another.
 *
 * @returns undefined when the repository was deleted meanwhile
 */
export async function beginPush(
  parts: Parts,
  repositoryId: string,
  request: PushRequest,
): Promise<Push | undefined> {
  const refs = request.updates.map(({ ref }) => ref);
  for (;;) {
    const before = parts.underWay.mayHaveMoved(repositoryId, refs);
    await Promise.all(before.map((other) => other.ended));
    const begun = await parts.inTurn(repositoryId, async () => {
      if (parts.underWay.mayHaveMoved(repositoryId, refs).length > 0) return "wait";
      return beginNow(parts, repositoryId, request);
    });
    if (begun !== "wait") return begun;
  }
}

async function beginNow(parts: Parts, repositoryId: string, request: PushRequest): Promise<Push | undefined> {
  const { store, ambient, underWay, inTurn } = parts;
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
      const recorded = await recordInOrder(parts, push, { intents, moved, received }).finally(push.end);
      if (recorded !== undefined) await follow(parts, parts.pathOf(repositoryId), recorded);
    },
    async lookUp() {
      push.end();
      await inTurn(repositoryId, () => reconcile(parts, repositoryId, pushId));
    },
  };
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
