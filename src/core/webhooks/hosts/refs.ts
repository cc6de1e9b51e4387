/** What is known of a repository's refs, so that a poll and a delivery don't both start for one push (S7.9). */
import { watchedRepository } from "../../connections/index.ts";
import { takeConnectionPoll } from "../../store/connection-polls.ts";
import { changeKnownRef, startedByPoll } from "../../store/connection-refs.ts";
import type { Tx } from "../../store/store.ts";
import type { Push } from "../../triggers/types.ts";
import type { Origin, Watched } from "./starting.ts";

/** Without the pushes that a poll has found already. */
export async function withoutPolled(
  tx: Tx,
  origin: Origin,
  watched: readonly Watched[],
): Promise<readonly Watched[]> {
  const left: Watched[] = [];
  for (const one of watched) {
    const { change } = one;
    if (change.kind === "push") {
      const key = refKey(origin, change);
      // A poll that is at work on the repository ends first.
      await takeConnectionPoll(tx, key);
      if ((await startedByPoll(tx, key)) === change.after) continue;
    }
    left.push(one);
  }
  return left;
}

/** A poll finds nothing new in what was delivered. */
export async function keepPushed(tx: Tx, origin: Origin, watched: readonly Watched[]): Promise<void> {
  for (const { change } of watched)
    if (change.kind === "push") await changeKnownRef(tx, refKey(origin, change), change.after, false);
}

export function refKey({ scope, connectionId: id }: Origin, { repository, refType, name }: Push) {
  return {
    account: scope.account,
    container: watchedRepository({ scope, id }, repository),
    ref: `refs/${refType === "tag" ? "tags" : "heads"}/${name}`,
  };
}
