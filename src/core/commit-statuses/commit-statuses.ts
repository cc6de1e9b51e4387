/** Works off the queue of commit statuses, outside of the executions: no failure here reaches one (S7.11). */
import type { CommitState, Connections, Told } from "../connections/types.ts";
import { executionPage } from "../console-pages.ts";
import type { Logs } from "../logs/types.ts";
import type { Ambient } from "../scope.ts";
import { ANY_TOPIC } from "../store/announcements.ts";
import {
  COMMIT_STATUS_TOPIC,
  claimCommitStatus,
  dueCommitStatuses,
  endCommitStatus,
  nextCommitStatusDue,
  putOffCommitStatus,
} from "../store/commit-statuses.ts";
import type { Store } from "../store/store.ts";
import type { CommitStatusRow } from "../store/tables/commit-statuses.ts";
import { tryAll } from "../try-all.ts";
import type { CommitStatuses, UntoldStatus } from "./types.ts";

export interface CommitStatusesOptions {
  readonly store: Store;
  readonly ambient: Pick<Ambient, "now">;
  readonly logs: Pick<Logs, "note">;
  readonly connections: Pick<Connections, "tellStatus" | "doubt">;
  /** Base of the links, without a trailing slash. */
  publicUrl(): string;
  /** Whether the operator wants a connection's hosts told. */
  isWanted(connectionArn: string): boolean;
  onFailure(failure: UntoldStatus): void;
}

const MAX_TRIES = 10;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10 * 60_000;
/** Longer than a try can take. */
const CLAIM_MS = 20_000;
/** Tries at once: a host that doesn't answer holds the others up for one time limit at most. */
const AT_ONCE = 20;

export function createCommitStatuses(options: CommitStatusesOptions): CommitStatuses {
  const { store, ambient, logs, connections, publicUrl, isWanted, onFailure } = options;
  const closing = new AbortController();

  async function tryOnce(row: CommitStatusRow): Promise<void> {
    const until = ambient.now() + CLAIM_MS;
    if (!(await store.transaction((tx) => claimCommitStatus(tx, row, until)))) return;
    const told = await outcomeOf(row);
    // The claim ends by itself: what a closing server can't finish comes again.
    if (told.kind !== "told" && closing.signal.aborted) return;
    await keep({ ...row, due: until }, told);
    // Behind the claim, which mustn't end meanwhile.
    if (told.kind === "refused" && told.badToken) await connections.doubt(row.account, row.connection);
  }

  async function outcomeOf(row: CommitStatusRow): Promise<Told> {
    if (!isWanted(row.connection)) return { kind: "told" };
    if (row.tries < MAX_TRIES) return tell(row);
    return { kind: "refused", reason: "no try came to its end", badToken: false };
  }

  function tell(row: CommitStatusRow): Promise<Told> {
    const { account, connection, repository, commit_id: commit, pipeline_name: name } = row;
    const { execution_id: execution, description } = row;
    const status = {
      commit,
      state: row.state as CommitState,
      context: `millrace/${name}`,
      url: executionPage(publicUrl(), name, execution),
      description,
    };
    return connections.tellStatus(account, connection, repository, status, closing.signal);
  }

  /** @param row as it was before the try, but for when its claim ends */
  async function keep(row: CommitStatusRow, told: Told): Promise<void> {
    const tries = Math.min(row.tries + 1, MAX_TRIES);
    const givenUp = told.kind === "refused" || (told.kind === "failed" && tries >= MAX_TRIES);
    const isOurs = await store.transaction(async (tx) => {
      const now = ambient.now();
      if (told.kind === "failed" && !givenUp) return putOffCommitStatus(tx, row, now + waitAfter(tries), now);
      if (!(await endCommitStatus(tx, row, now))) return false;
      if (told.kind === "told" || row.action_execution_id === null) return true;
      const text = `[Millrace] the status of commit ${row.commit_id} was not set: ${told.reason}`;
      await logs.note(tx, row.action_execution_id, { time: now, text });
      return true;
    });
    if (told.kind === "told" || !isOurs) return;
    const { pipeline_name: pipeline, repository, commit_id: commit } = row;
    onFailure({ pipeline, repository, commit, tries, reason: told.reason, givenUp });
  }

  return {
    async deliver() {
      if (closing.signal.aborted) return undefined;
      const due = await dueCommitStatuses(store.read, ambient.now(), AT_ONCE);
      await tryAll(due, tryOnce, "commit statuses could not be told");
      return nextCommitStatusDue(store.read);
    },

    onQueued: (listener) =>
      store.listen((topic) => {
        if (topic === COMMIT_STATUS_TOPIC || topic === ANY_TOPIC) listener(ambient.now());
      }),

    close: () => closing.abort(),
  };
}

/** One second after the first try, then twice as long each time. */
function waitAfter(tries: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
}
