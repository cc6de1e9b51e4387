/** Bitbucket tells of every change of a pull request alike: only other commits, or another target, update it (S4.24). */
import { keepSeen, seenOfRequest } from "../../store/connection-requests.ts";
import type { Reader, Tx } from "../../store/store.ts";
import type { Change, PullRequest } from "../../triggers/types.ts";
import type { ConnectionHook } from "../types.ts";
import { keyOf } from "./hooks.ts";

/** Without the updates that bring nothing; one of a request that wasn't seen before may bring something. */
export async function withoutOldNews(
  db: Reader,
  hook: ConnectionHook,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  if (hook.providerType !== "Bitbucket") return changes;
  const news: Change[] = [];
  for (const change of changes) {
    const isOld =
      change.kind === "pullRequest" &&
      change.event === "UPDATED" &&
      (await seenOfRequest(db, requestKey(hook, change))) === seenIn(change);
    if (!isOld) news.push(change);
  }
  return news;
}

export async function keepNews(tx: Tx, hook: ConnectionHook, changes: readonly Change[]): Promise<void> {
  if (hook.providerType !== "Bitbucket") return;
  for (const change of changes)
    if (change.kind === "pullRequest")
      await keepSeen(tx, { ...requestKey(hook, change), seen: seenIn(change) });
}

function requestKey(hook: ConnectionHook, { repository, id }: PullRequest) {
  return { ...keyOf(hook), repository: repository.toLowerCase(), request: id };
}

function seenIn({ commit, target }: PullRequest): string {
  return `${commit} ${target}`;
}
