/** Which pipelines the changes of a connection's repository start, and with what (S4). */
import type { ChangeStart } from "../../commands/index.ts";
import {
  type ChangedPaths,
  type Comparison,
  type PathComparer,
  watchedRepository,
} from "../../connections/index.ts";
import type { SourceRevision } from "../../engine/index.ts";
import { type ConnectionWatcher, connectionWatchersOf } from "../../store/source-changes.ts";
import type { Reader, Tx } from "../../store/store.ts";
import { type Change, type ConnectionTrigger, judge, pathsMeet } from "../../triggers/index.ts";
import type { ConnectionHook } from "../types.ts";
import { triggerDetail } from "./detail.ts";

/** The connection that the changes come from. */
export type Origin = Pick<ConnectionHook, "scope" | "connectionId" | "connectionArn" | "providerType">;

/** Refs of one push that start something (S4.17). */
export const MOST_REFS = 50;

export interface Watched {
  readonly change: Change;
  readonly watchers: readonly ConnectionWatcher[];
}

export async function lookedUp(
  db: Reader | Tx,
  { scope, connectionId: id }: Origin,
  changes: readonly Change[],
): Promise<Watched[]> {
  const watched: Watched[] = [];
  for (const change of changes) {
    const container = watchedRepository({ scope, id }, change.repository);
    watched.push({ change, watchers: await connectionWatchersOf(db, scope.account, container) });
  }
  return watched;
}

export type Paths = ReadonlyMap<Change, ChangedPaths | undefined>;

export async function pathsNeeded(
  comparer: Pick<PathComparer, "compare">,
  hook: Origin,
  watched: readonly Watched[],
): Promise<Paths> {
  const paths = new Map<Change, ChangedPaths | undefined>();
  for (const { change, watchers } of watched) {
    const depends = watchers.some((watcher) => typeof judge(triggerOf(watcher), change) !== "string");
    if (depends && !isRefused(change)) paths.set(change, await comparer.compare(comparisonOf(hook, change)));
  }
  return paths;
}

function comparisonOf({ scope, connectionArn }: Origin, change: Change): Comparison {
  const repository = { account: scope.account, connectionArn, repository: change.repository };
  if (change.kind === "pullRequest") {
    const { commit, ref, target: branch, targetCommit } = change;
    return { ...repository, commit, ref, from: { kind: "mergeBase", branch, commit: targetCommit } };
  }
  const { name, before = "", after: commit } = change;
  return { ...repository, commit, ref: `refs/heads/${name}`, from: { kind: "commit", commit: before } };
}

/** What starts something: those that are for the change, by the triggers as they are now (S4.31). */
export function meetings(watched: readonly Watched[], paths: Paths): Watched[] {
  return watched
    .filter(({ change }) => !isRefused(change))
    .map(({ change, watchers }) => ({
      change,
      watchers: watchers.filter((watcher) => isFor(watcher, change, paths.get(change))),
    }))
    .filter(({ watchers }) => watchers.length > 0);
}

/** Requests of forks start nothing: nobody has looked at what they would run (S4.27). */
function isRefused(change: Change): boolean {
  return change.kind === "pullRequest" && change.fork;
}

function isFor(watcher: ConnectionWatcher, change: Change, changed: ChangedPaths | undefined): boolean {
  const verdict = judge(triggerOf(watcher), change);
  if (typeof verdict === "string") return verdict === "met";
  // A missed deployment is worse than a needless one (S4.20, S4.21).
  return changed === undefined || pathsMeet(verdict.paths, changed.paths) || changed.truncated;
}

function triggerOf({ trigger }: ConnectionWatcher): ConnectionTrigger {
  return JSON.parse(trigger) as ConnectionTrigger;
}

/** One execution a pipeline, with all of its actions that the change is for bound to it (S4.5). */
export function startsOf(
  { providerType, connectionArn }: Origin,
  change: Change,
  watchers: readonly ConnectionWatcher[],
  deliveryId: string | undefined,
  pathsTruncated: boolean,
): ChangeStart[] {
  const detail = triggerDetail(change, { providerType, connectionArn, deliveryId, pathsTruncated });
  return [...Map.groupBy(watchers, ({ pipelineId }) => pipelineId)].map(([pipelineId, actions]) => ({
    pipelineId,
    trigger: { type: "WebhookV2", detail },
    revisions: Object.fromEntries(actions.map(({ action }) => [action, revisionOf(change)])),
  }));
}

/** Titles are cut: variables are for use in commands (S4.26). */
const LONGEST_TITLE = 256;

function revisionOf(change: Change): SourceRevision {
  if (change.kind === "pullRequest")
    return {
      revisionId: change.commit,
      ref: change.ref,
      variables: {
        BranchName: change.source,
        DestinationBranchName: change.target,
        PullRequestId: change.id,
        PullRequestTitle: [...change.title].slice(0, LONGEST_TITLE).join(""),
      },
    };
  if (change.refType === "tag")
    return {
      revisionId: change.after,
      ref: `refs/tags/${change.name}`,
      variables: { TagName: change.name },
    };
  // The branch that was pushed needn't be the configured one (S4.10).
  return { revisionId: change.after, variables: { BranchName: change.name } };
}
