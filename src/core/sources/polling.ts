/** Looking at repositories elsewhere for changes (S5): each polled branch about once in an interval. */
import { createHash } from "node:crypto";
import type { Access } from "../access/types.ts";
import { type Commands, PipelineMissingError, RefusedError } from "../commands/types.ts";
import type { ExecutionState } from "../engine/index.ts";
import { type GitHub, GitHubError, type Repository } from "../github/types.ts";
import type { Ambient } from "../scope.ts";
import { openSecret } from "../sealed-secret.ts";
import { ANY_TOPIC } from "../store/announcements.ts";
import { type TakenPipeline, takePipeline } from "../store/pipelines.ts";
import {
  claimPoll,
  duePolls,
  findPoll,
  nextPollDue,
  POLL_TOPIC,
  type PolledSource,
  savePoll,
  statesSince,
} from "../store/source-polls.ts";
import type { Store, Tx } from "../store/store.ts";
import type { SourcePollRow } from "../store/tables/source-polls.ts";
import { failureOf } from "./github-failure.ts";
import type { PollFailure, Polling } from "./types.ts";

export interface PollingOptions {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Pick<Access, "unseal">;
  readonly commands: Pick<Commands, "definition" | "runOn">;
  readonly gitHub: Pick<GitHub, "head">;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Told once for a cause. */
  onFailure(failure: PollFailure): void;
}

const LONGEST_MS = 15 * 60_000;
/** Looks at once. */
const AT_ONCE = 20;

type Found = { readonly commit: string } | { readonly code: string; readonly message: string };

export function createPolling(options: PollingOptions): Polling {
  const { store, ambient, access, commands, gitHub, interval } = options;

  async function repositoryOf(source: PolledSource): Promise<Repository | undefined> {
    const { pipelineId, pipelineVersion, action } = source;
    const definition = await commands.definition(store.read, pipelineId, pipelineVersion);
    const target = definition.stages[0]?.actions.find(({ name }) => name === action);
    const { Owner, Repo, OAuthToken } = target?.configuration ?? {};
    if (Owner === undefined || Repo === undefined || OAuthToken === undefined) return undefined;
    return { owner: Owner, repo: Repo, token: openSecret(access, OAuthToken) ?? OAuthToken };
  }

  async function look(repository: Repository, branch: string): Promise<Found> {
    try {
      return { commit: await gitHub.head(repository, branch) };
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      return failureOf(error, repository, branch);
    }
  }

  /** Takes those that no other server has taken, and asks for each branch once (S5.7). */
  async function pollAll(due: readonly PolledSource[]): Promise<void> {
    const asked = new Map<string, Promise<Found>>();
    await Promise.all(
      due.map(async (source) => {
        if (!(await store.transaction((tx) => claim(tx, source)))) return;
        const repository = await repositoryOf(source);
        if (repository === undefined) return;
        const key = JSON.stringify([source.container, source.item, digest(repository.token)]);
        const answer = asked.get(key) ?? look(repository, source.item);
        asked.set(key, answer);
        await keep(source, await answer);
      }),
    );
  }

  async function claim(tx: Tx, source: PolledSource): Promise<boolean> {
    if ((await takeCurrent(tx, source)) === undefined) return false;
    return claimPoll(tx, source, ambient.now() + jittered(interval));
  }

  async function keep(source: PolledSource, found: Found): Promise<void> {
    const failure = await store.transaction(async (tx) => {
      const pipeline = await takeCurrent(tx, source);
      const row = await findPoll(tx, source.pipelineId, source.action);
      if (pipeline === undefined || row === undefined) return;
      if ("code" in found) return keepFailure(tx, row, found);
      await keepCommit(tx, source, pipeline, row, found.commit);
    });
    if (failure !== undefined) options.onFailure(failure);
  }

  /** The identity and the execution are written together (S5.5). */
  async function keepCommit(
    tx: Tx,
    source: PolledSource,
    pipeline: TakenPipeline,
    row: SourcePollRow,
    commit: string,
  ): Promise<void> {
    const { pipelineId, action } = source;
    const target = targetOf(source);
    const isNew = row.target !== target || row.identity !== commit;
    const now = ambient.now();
    await savePoll(tx, pipelineId, action, {
      failures: 0,
      error_code: null,
      error_message: null,
      ...(isNew && { target, identity: commit, found: now }),
    });
    if (!isNew || (await wasDelivered(tx, source, row.found, commit))) return;
    try {
      await commands.runOn(tx, pipeline, {
        type: "start",
        origin: "trigger",
        trigger: { type: "PollForSourceChanges", detail: action },
        variables: {},
        revisions: { [action]: { revisionId: commit } },
      });
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof PipelineMissingError)) throw error;
    }
  }

  /** Whether an execution since the last finding has the commit already: by a webhook, or a start by hand (S5.5). */
  async function wasDelivered(tx: Tx, { pipelineId, action }: PolledSource, since: number, commit: string) {
    const states = await statesSince(tx, pipelineId, since);
    return states.some((text) => {
      const { revisions, sourceRevisions } = JSON.parse(text) as ExecutionState;
      const bound = Object.hasOwn(revisions, action) ? revisions[action]?.revisionId : undefined;
      const read = sourceRevisions.find(({ actionName }) => actionName === action)?.revisionId;
      return bound === commit || read === commit;
    });
  }

  /** Looks again later each time; what was found before stays (S5.6). */
  async function keepFailure(
    tx: Tx,
    row: SourcePollRow,
    { code, message }: Extract<Found, { code: string }>,
  ): Promise<PollFailure | undefined> {
    const { pipeline_id: pipelineId, action } = row;
    const failures = row.failures + 1;
    const wait = Math.min(interval * 2 ** Math.min(failures, 20), Math.max(LONGEST_MS, interval));
    const error = { error_code: code, error_message: message };
    await savePoll(tx, pipelineId, action, { failures, due: ambient.now() + jittered(wait), ...error });
    const isKnown = row.error_code === code && row.error_message === message;
    return isKnown ? undefined : { pipelineId, action, code, message };
  }

  return {
    async poll() {
      const due = await duePolls(store.read, ambient.now(), AT_ONCE);
      await pollAll(due);
      return due.length === AT_ONCE ? ambient.now() : nextPollDue(store.read, ambient.now());
    },

    onChanged: (listener) =>
      store.listen((topic) => {
        if (topic === POLL_TOPIC || topic === ANY_TOPIC) listener(ambient.now());
      }),
  };
}

/**
 * Takes the pipeline, unless its version has become another. That may poll something else, and its own first look is due
 * at once and stays so: nothing of the version before puts it off.
 */
async function takeCurrent(tx: Tx, { pipelineId, pipelineVersion }: PolledSource) {
  const pipeline = await takePipeline(tx, pipelineId);
  return pipeline?.version === pipelineVersion ? pipeline : undefined;
}

function targetOf({ container, item }: PolledSource): string {
  return `${container} ${item}`;
}

/** ± 10 %, so that actions have phases of their own (S5.1). */
function jittered(interval: number): number {
  return Math.round(interval * (0.9 + Math.random() * 0.2));
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
