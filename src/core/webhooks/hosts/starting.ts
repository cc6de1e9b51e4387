/** Which pipelines the changes of a connection's repository start, and with what (S4). */
import { setImmediate as nextTurn } from "node:timers/promises";
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
import {
  type Change,
  type ConnectionTrigger,
  type Effort,
  judge,
  newEffort,
  pathsMeet,
} from "../../triggers/index.ts";
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

/** What a change changed, and which triggers that are for such paths it met. */
interface Found extends ChangedPaths {
  readonly met: ReadonlyMap<string, boolean>;
}

export type Paths = ReadonlyMap<Change, Found | undefined>;

export async function pathsNeeded(
  comparer: Pick<PathComparer, "compare">,
  hook: Origin,
  watched: readonly Watched[],
): Promise<Paths> {
  const paths = new Map<Change, Found | undefined>();
  const effort = newEffort();
  for (const { change, watchers } of watched) {
    const depending = watchers.filter((watcher) => typeof judge(triggerOf(watcher), change) !== "string");
    if (depending.length === 0 || isRefused(change)) continue;
    const changed = await comparer.compare(comparisonOf(hook, change));
    paths.set(change, changed && { ...changed, met: await metBy(change, depending, changed, effort) });
  }
  return paths;
}

/** Matching takes its time: others have their turn in between. */
async function metBy(
  change: Change,
  watchers: readonly ConnectionWatcher[],
  { paths }: ChangedPaths,
  effort: Effort,
): Promise<ReadonlyMap<string, boolean>> {
  const met = new Map<string, boolean>();
  for (const watcher of watchers) {
    if (met.has(watcher.trigger)) continue;
    await nextTurn();
    const verdict = judge(triggerOf(watcher), change);
    if (typeof verdict !== "string") met.set(watcher.trigger, pathsMeet(verdict.paths, paths, effort));
  }
  return met;
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

function isFor(watcher: ConnectionWatcher, change: Change, changed: Found | undefined): boolean {
  const verdict = judge(triggerOf(watcher), change);
  if (typeof verdict === "string") return verdict === "met";
  // A missed deployment is worse than a needless one (S4.20, S4.21).
  if (changed === undefined || changed.truncated) return true;
  // A pipeline that was changed meanwhile wasn't among those that were looked at.
  return changed.met.get(watcher.trigger) ?? pathsMeet(verdict.paths, changed.paths, newEffort());
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
