/** Looking at connections' repositories for changes that nobody tells of (S7.9). */

import type { Way } from "../../../network/index.ts";
import { startByChange } from "../../commands/index.ts";
import {
  arnOf,
  type Connections,
  type ProviderType,
  refsOf,
  type SeenRefs,
  type ServiceName,
} from "../../connections/index.ts";
import { ANY_TOPIC } from "../../store/announcements.ts";
import { findHook } from "../../store/connection-hooks.ts";
import {
  changeConnectionPoll,
  claimConnectionPoll,
  deleteConnectionPoll,
  dueConnectionPolls,
  insertPolls,
  nextConnectionPollDue,
  takeConnectionPoll,
  unpolled,
} from "../../store/connection-polls.ts";
import {
  addKnownRefs,
  changeKnownRef,
  forgetKnownRef,
  forgetKnownRefs,
  knownRefs,
} from "../../store/connection-refs.ts";
import { findConnectionRow } from "../../store/connections.ts";
import { type ConnectionWatcher, connectionWatchersOf } from "../../store/source-changes.ts";
import { POLL_TOPIC } from "../../store/source-polls.ts";
import type { ConnectionPollRow } from "../../store/tables/connections.ts";
import type { Push } from "../../triggers/types.ts";
import type { DeliverRoom } from "./deliver.ts";
import { lookedUp, MOST_REFS, meetings, type Origin, pathsNeeded, startsOf } from "./starting.ts";

export interface ConnectionPollingOptions extends DeliverRoom {
  readonly connections: Pick<Connections, "repository" | "doubt">;
  readonly way: Way;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Told once for a cause. */
  onFailure(failure: { readonly account: string; readonly repository: string; readonly error: string }): void;
}

export interface ConnectionPolling {
  /** Looks at what is due. @returns when to look again, in epoch milliseconds, if at all */
  poll(): Promise<number | undefined>;
  /** Calls `listener` with the time when something may be due earlier; returns what ends that. */
  onChanged(listener: (due: number) => void): () => void;
  /** Ends what is under way. */
  close(): void;
}

/** Between looks at a repository whose host tells of changes, and at most between failed ones. */
const SELDOM_MS = 15 * 60_000;
const LOOK_MS = 60_000;
/** Looks at once. */
const AT_ONCE = 8;

interface Watched {
  readonly origin: Origin;
  readonly watchers: readonly [ConnectionWatcher, ...ConnectionWatcher[]];
  readonly isTold: boolean;
}

export function createConnectionPolling(options: ConnectionPollingOptions): ConnectionPolling {
  const { store, ambient, commands, comparer, connections, way, interval } = options;
  const closing = new AbortController();

  async function pollOne(row: ConnectionPollRow): Promise<void> {
    const claimed = ambient.now() + interval;
    if (!(await store.transaction((tx) => claimConnectionPoll(tx, row, claimed)))) return;
    const watched = await watchedAt(row);
    if (watched === undefined) return forget(row);
    const { origin, watchers, isTold } = watched;
    const repository = watchers[0].repository;
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LOOK_MS)]);
    const target = { account: row.account, arn: origin.connectionArn, repository };
    // Before the host is asked: what is delivered while it answers would be taken back by what it saw earlier.
    const known = await knownRefs(store.read, row);
    const seen = await refsOf(connections, target, { way, signal });
    if (closing.signal.aborted) return;
    if ("failure" in seen) return keepFailure(row, claimed, repository, seen.failure);
    await keepRefs(row, origin, repository, { known, refs: seen.refs });
    const wait = isTold ? Math.max(SELDOM_MS, interval) : interval;
    await store.transaction((tx) =>
      changeConnectionPoll(tx, row, { due: ambient.now() + wait, failures: 0, error: null }),
    );
  }

  /** @returns undefined for what no pipeline watches, or a connection that is gone */
  async function watchedAt({ account, container }: ConnectionPollRow): Promise<Watched | undefined> {
    const [first, ...others] = await connectionWatchersOf(store.read, account, container);
    const [region = "", id = ""] = container.split("/");
    const scope = { account, region };
    const connection = await findConnectionRow(store.read, scope, id);
    if (first === undefined || connection === undefined) return undefined;
    const hook = await findHook(store.read, { ...scope, connection_id: id });
    return {
      origin: {
        scope,
        connectionId: id,
        connectionArn: arnOf({ kind: "connection", scope, id }, connection.service as ServiceName),
        providerType: connection.provider_type as ProviderType,
      },
      watchers: [first, ...others],
      isTold: (hook?.delivered ?? null) !== null,
    };
  }

  async function forget(row: ConnectionPollRow): Promise<void> {
    await store.transaction(async (tx) => {
      await deleteConnectionPoll(tx, row);
      await forgetKnownRefs(tx, row);
    });
  }

  /** Looks again later each time (S5.6). */
  async function keepFailure(
    row: ConnectionPollRow,
    claimed: number,
    repository: string,
    error: string,
  ): Promise<void> {
    const failures = row.failures + 1;
    const wait = Math.min(interval * 2 ** Math.min(failures, 20), Math.max(SELDOM_MS, interval));
    const isKept = await store.transaction(async (tx) => {
      const poll = await takeConnectionPoll(tx, row);
      // A connection that was completed meanwhile is due at once, and stays so.
      if (poll === undefined || poll.due < claimed) return false;
      await changeConnectionPoll(tx, row, { due: ambient.now() + wait, failures, error });
      return true;
    });
    if (isKept && row.error !== error) options.onFailure({ account: row.account, repository, error });
  }

  /** The first look starts nothing: the pipeline's creation has read what is there. */
  async function keepRefs(
    row: ConnectionPollRow,
    origin: Origin,
    repository: string,
    { known, refs }: Record<"known" | "refs", Extract<SeenRefs, { refs: unknown }>["refs"]>,
  ): Promise<void> {
    if (row.polled === null) {
      return store.transaction(async (tx) => {
        const poll = await takeConnectionPoll(tx, row);
        // Nobody watches it any more, or another server's look was over first: what is new since then starts pipelines.
        if (poll?.polled !== null) return;
        await addKnownRefs(tx, row, refs);
        await changeConnectionPoll(tx, row, { polled: ambient.now() });
      });
    }
    const pushes = [...refs].flatMap(([ref, after]) => pushOf(repository, ref, known.get(ref), after));
    const gone = [...known.keys()].filter((ref) => !refs.has(ref));
    if (pushes.length === 0 && gone.length === 0) return;
    const paths = await pathsNeeded(comparer, origin, await lookedUp(store.read, origin, pushes));
    await store.transaction(async (tx) => {
      await takeConnectionPoll(tx, row);
      // What was delivered meanwhile has started what it does.
      const now = await knownRefs(tx, row);
      const news = pushes.filter((push) => now.get(refOf(push)) === push.before);
      const met = meetings(await lookedUp(tx, origin, news), paths);
      const taken = met.length > MOST_REFS ? [] : met;
      for (const push of news) {
        const starts = taken.some(({ change }) => change === push);
        await changeKnownRef(tx, { ...keyOf(row), ref: refOf(push) }, push.after, starts);
      }
      for (const ref of gone)
        if (now.get(ref) === known.get(ref)) await forgetKnownRef(tx, { ...keyOf(row), ref });
      const starts = taken.flatMap(({ change, watchers }) =>
        startsOf(origin, change, watchers, undefined, paths.get(change)?.truncated ?? false),
      );
      await startByChange(tx, commands, starts);
    });
  }

  return {
    async poll() {
      const fresh = await unpolled(store.read);
      if (fresh.length > 0) await store.transaction((tx) => insertPolls(tx, fresh, 0));
      const due = await dueConnectionPolls(store.read, ambient.now(), AT_ONCE);
      await Promise.all(due.map(pollOne));
      return due.length === AT_ONCE ? ambient.now() : nextConnectionPollDue(store.read);
    },

    onChanged: (listener) =>
      store.listen((topic) => {
        if (topic === POLL_TOPIC || topic === ANY_TOPIC) listener(ambient.now());
      }),

    close: () => closing.abort(),
  };
}

function pushOf(repository: string, ref: string, before: string | undefined, after: string): Push[] {
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (kind === undefined || before === after) return [];
  return [{ kind: "push", repository, refType: kind === "tags" ? "tag" : "branch", name, before, after }];
}

function refOf({ refType, name }: Push): string {
  return `refs/${refType === "tag" ? "tags" : "heads"}/${name}`;
}

function keyOf({ account, container }: ConnectionPollRow) {
  return { account, container };
}
