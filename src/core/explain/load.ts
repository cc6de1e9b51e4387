/** Looking up the facts: what is live, and what the sentences name. */
import type { Definition, ExecutionState, PipelineState, Timer } from "../engine/index.ts";
import { actionsById } from "../store/event-actions.ts";
import { countLimited, liveStates, statesOf } from "../store/executions.ts";
import { pollingDisabledAt } from "../store/idle-pipelines.ts";
import { findPipelineVersion } from "../store/pipelines.ts";
import { jobsAhead, jobsById, newestState, timersById } from "../store/queries/explain.ts";
import type { Reader } from "../store/store.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import type { ActionExecutionRow, PipelineRow } from "../store/tables/pipelines.ts";
import { lastPolls } from "../store/type-polls.ts";
import type { Ending, Facts, JobFacts } from "./facts.ts";
import { typeName } from "./words.ts";

const MAX_COUNTED = 1_000;

export interface Asked {
  readonly pipeline: PipelineRow;
  readonly executionId?: string;
  readonly now: number;
  readonly limit: number;
}

export async function loadFacts(db: Reader, { pipeline, executionId, now, limit }: Asked): Promise<Facts> {
  const state = JSON.parse(pipeline.state) as PipelineState;
  const executions = await loadExecutions(db, pipeline.id, state, executionId);
  const timers = await timersById(db, executions.flatMap(timerIds));
  const failed = executions.flatMap(({ runs }) =>
    Object.values(runs).flatMap(({ actions }) =>
      Object.values(actions).flatMap(({ id, status }) => (status === "Failed" ? [id] : [])),
    ),
  );
  const polls = new Map(
    (await lastPolls(db, pipeline.account)).map((row) => [typeName(row), row.polled] as const),
  );
  return {
    now,
    pipelineName: pipeline.name,
    region: pipeline.region,
    pipeline: state,
    definitions: await loadDefinitions(db, pipeline.id, [
      state.currentVersion,
      ...executions.map(({ version }) => version),
    ]),
    executions: new Map(executions.map((execution) => [execution.id, execution])),
    jobs: await loadJobs(db, executions),
    timers: new Map(timers.map((row) => [row.id, JSON.parse(row.timer) as Timer])),
    endings: new Map((await actionsById(db, failed)).map((row) => [row.id, endingOf(row)])),
    lastPoll: (type) => polls.get(typeName(type)),
    limit,
    limited: await countLimited(db, pipeline.id),
    pollingDisabledAt: await pollingDisabledAt(db, pipeline, now),
  };
}

/** Those that live, the newest, the one that is asked about, and those that were last in a stage. */
async function loadExecutions(
  db: Reader,
  pipelineId: string,
  { stages }: PipelineState,
  asked: string | undefined,
): Promise<ExecutionState[]> {
  const named = Object.values(stages).flatMap(({ latest }) => latest ?? []);
  const live = await liveStates(db, pipelineId);
  const known = new Set(live.map(({ id }) => id));
  const others = [...new Set([...named, ...(asked === undefined ? [] : [asked])])].filter(
    (id) => !known.has(id),
  );
  const texts = [...live, ...(await statesOf(db, pipelineId, others))].map((row) => row.state);
  const newest = await newestState(db, pipelineId);
  const all = [...texts, ...(newest === undefined ? [] : [newest])].map(
    (text) => JSON.parse(text) as ExecutionState,
  );
  return [...new Map(all.map((execution) => [execution.id, execution])).values()];
}

async function loadDefinitions(
  db: Reader,
  pipelineId: string,
  versions: readonly number[],
): Promise<Map<number, Definition>> {
  const found = new Map<number, Definition>();
  for (const version of new Set(versions)) {
    const row = await findPipelineVersion(db, pipelineId, version);
    if (row !== undefined) found.set(version, JSON.parse(row.definition) as Definition);
  }
  return found;
}

async function loadJobs(db: Reader, executions: readonly ExecutionState[]): Promise<Map<string, JobFacts>> {
  const found = new Map<string, JobFacts>();
  for (const row of await jobsById(db, executions.flatMap(jobIds))) {
    const ahead =
      row.status === "Queued" ? await jobsAhead(db, row.account, row, row.created, MAX_COUNTED) : 0;
    found.set(row.id, jobFacts(row, ahead));
  }
  return found;
}

function jobFacts(row: JobRow, ahead: number): JobFacts {
  const { status, owner, category, provider, version, created, lease_until, handed_out } = row;
  return {
    status,
    type: { owner, category, provider, version },
    created,
    leaseUntil: lease_until ?? undefined,
    handedOut: handed_out === 1,
    ahead,
  };
}

function endingOf({ updated, input, output }: ActionExecutionRow): Ending {
  const { type } = JSON.parse(input) as { type: { category: string } };
  const { error, summary } = JSON.parse(output) as {
    error?: { code: string; message: string };
    summary?: string;
  };
  return {
    at: updated,
    ...(error && { code: error.code, message: error.message }),
    ...(summary !== undefined && { summary }),
    isApproval: type.category === "Approval",
  };
}

/** What moves in an execution: actions and rules. */
function movers({ runs }: ExecutionState) {
  return Object.values(runs).flatMap(({ actions, conditions = {} }) => [
    ...Object.values(actions),
    ...Object.values(conditions).flatMap(({ rules }) => Object.values(rules)),
  ]);
}

function jobIds(execution: ExecutionState): string[] {
  return movers(execution).flatMap(({ job }) => job?.id ?? []);
}

function timerIds(execution: ExecutionState): string[] {
  const ids = movers(execution).flatMap((mover) => [
    mover.timer,
    mover.job?.delayTimer,
    mover.job?.replyTimer,
    "windowTimer" in mover ? mover.windowTimer : undefined,
  ]);
  return [...ids, execution.waitingBefore?.timer].filter((id) => id !== undefined);
}
