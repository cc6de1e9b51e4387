/** From an authentic delivery of a git host to the executions that it starts (S4, S7.5 to S7.7). */
import { type ChangeStart, startByChange } from "../../commands/index.ts";
import type { Commands } from "../../commands/types.ts";
import {
  type ChangedPaths,
  type Comparison,
  type PathComparer,
  watchedRepository,
} from "../../connections/index.ts";
import type { SourceRevision } from "../../engine/index.ts";
import { hookDeliveryIsKnown, insertHookDelivery, setHookError } from "../../store/connection-hooks.ts";
import { type ConnectionWatcher, connectionWatchersOf } from "../../store/source-changes.ts";
import type { Reader, Tx } from "../../store/store.ts";
import { type Change, type ConnectionTrigger, judge, pathsMeet } from "../../triggers/index.ts";
import type { Room } from "../room.ts";
import type { ConnectionHook, ConnectionHooks, HookDelivery, HookOutcome } from "../types.ts";
import { changesOf } from "./changes.ts";
import { triggerDetail } from "./detail.ts";
import { keyOf } from "./hooks.ts";
import { IncompleteError } from "./reading.ts";
import { keepNews, withoutOldNews } from "./requests.ts";

export interface DeliverRoom extends Omit<Room, "commands"> {
  readonly commands: Pick<Commands, "runIn">;
  readonly comparer: Pick<PathComparer, "compare">;
}

/** Refs of one delivery that start something (S4.17). */
const MOST_REFS = 50;

/** Another server started the same delivery meanwhile: nothing of this is kept. */
class DuplicateError extends Error {}

/** The connection was deleted meanwhile. */
class HookMissingError extends Error {}

export function deliverByHook(room: DeliverRoom): ConnectionHooks["deliver"] {
  return async (hook, delivery) => {
    try {
      return await deliver(room, hook, delivery);
    } catch (error) {
      if (error instanceof DuplicateError) return { kind: "duplicate" };
      if (error instanceof HookMissingError) return { kind: "hookMissing" };
      if (error instanceof IncompleteError) return { kind: "incomplete", message: error.message };
      throw error;
    }
  };
}

async function deliver(
  room: DeliverRoom,
  hook: ConnectionHook,
  { payload, event, key, digest }: HookDelivery,
): Promise<HookOutcome> {
  const { store, ambient, commands } = room;
  const identity = { ...keyOf(hook), delivery_key: key ?? null, digest };
  if (await hookDeliveryIsKnown(store.read, identity)) return { kind: "duplicate" };
  const told = changesOf(hook.providerType, event, payload);
  const changes = await withoutOldNews(store.read, hook, told);
  const found = await lookedUp(store.read, hook, changes);
  if (found.every(({ watchers }) => watchers.length === 0)) return { kind: "ignored" };
  // Git may have to fetch: nobody's transaction waits for that.
  const paths = await pathsNeeded(room, hook, found);

  return store.transaction(async (tx) => {
    await keepNews(tx, hook, changes);
    const met = meetings(await lookedUp(tx, hook, changes), paths);
    if (met.length === 0) return { kind: "filtered" };
    if (met.length > MOST_REFS) return { kind: "tooManyRefs", most: MOST_REFS };
    if (!(await setHookError(tx, keyOf(hook), null))) throw new HookMissingError();
    if (!(await insertHookDelivery(tx, { ...identity, at: ambient.now() }))) throw new DuplicateError();
    const starts = met.flatMap(({ change, watchers }) =>
      startsOf(hook, change, watchers, key, paths.get(change)?.truncated ?? false),
    );
    const started = await startByChange(tx, commands, starts);
    return { kind: "started", executions: started.length };
  });
}

interface Watched {
  readonly change: Change;
  readonly watchers: readonly ConnectionWatcher[];
}

async function lookedUp(
  db: Reader | Tx,
  { scope, connectionId: id }: ConnectionHook,
  changes: readonly Change[],
): Promise<Watched[]> {
  const watched: Watched[] = [];
  for (const change of changes) {
    const container = watchedRepository({ scope, id }, change.repository);
    watched.push({ change, watchers: await connectionWatchersOf(db, scope.account, container) });
  }
  return watched;
}

type Paths = ReadonlyMap<Change, ChangedPaths | undefined>;

async function pathsNeeded(
  { comparer }: DeliverRoom,
  hook: ConnectionHook,
  watched: readonly Watched[],
): Promise<Paths> {
  const paths = new Map<Change, ChangedPaths | undefined>();
  for (const { change, watchers } of watched) {
    const depends = watchers.some((watcher) => typeof judge(triggerOf(watcher), change) !== "string");
    if (depends && !isRefused(change)) paths.set(change, await comparer.compare(comparisonOf(hook, change)));
  }
  return paths;
}

function comparisonOf({ scope, connectionArn }: ConnectionHook, change: Change): Comparison {
  const repository = { account: scope.account, connectionArn, repository: change.repository };
  if (change.kind === "pullRequest") {
    const { commit, ref, target: branch, targetCommit } = change;
    return { ...repository, commit, ref, from: { kind: "mergeBase", branch, commit: targetCommit } };
  }
  const { name, before = "", after: commit } = change;
  return { ...repository, commit, ref: `refs/heads/${name}`, from: { kind: "commit", commit: before } };
}

/** What starts something: those that are for the change, by the triggers as they are now (S4.31). */
function meetings(watched: readonly Watched[], paths: Paths): Watched[] {
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
function startsOf(
  { providerType, connectionArn }: ConnectionHook,
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
