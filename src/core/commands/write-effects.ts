/** Writing what the engine decided, kind by kind: rows are made before they are changed. */
import type { Effect } from "../engine/index.ts";
import {
  changeActionExecution,
  insertActionExecutions,
  recordFirst,
  takeActionExecution,
} from "../store/action-history.ts";
import { afterCommit } from "../store/after-commit.ts";
import { EVENT_TOPIC, insertEvents } from "../store/events.ts";
import { jobTopic } from "../store/job-topic.ts";
import { endJob, insertJobs, releaseJob } from "../store/jobs.ts";
import type { TakenPipeline } from "../store/pipelines.ts";
import { eachInTurn, inTurn, soon } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import { replaceTimers } from "../store/timers.ts";
import type { Room } from "./room.ts";
import { actionRow, eventRow, mergeOutput, NOTHING_RECORDED, timerRow } from "./rows.ts";
import { writeCopies } from "./write-copies.ts";
import { writeNotifications } from "./write-notifications.ts";
import { writeRules } from "./write-rules.ts";

type Of<T extends Effect["type"]> = Extract<Effect, { type: T }>;

/** @param toJobRow what a new job looks like in the queue */
export function writeEffects(
  tx: Tx,
  room: Room,
  pipeline: TakenPipeline,
  effects: readonly Effect[],
  at: number,
  toJobRow: (job: Of<"jobCreated">["job"]) => JobRow,
): Soon<void> {
  const sorted = sortEffects(effects);
  const started = sorted.actionStarted.map(({ action }) => actionRow(pipeline.id, action));
  const jobs = sorted.jobCreated.map(({ job }) => toJobRow(job));
  return inTurn(
    () => insertActionExecutions(tx, started),
    () => eachInTurn(sorted.actionChanged, (effect) => changeAction(tx, effect)),
    () => writeRules(tx, pipeline.id, sorted),
    () => writeJobs(tx, room, sorted, at, jobs),
    () => writeTimers(tx, room, pipeline.id, sorted),
    () => writeCopies(tx, room, pipeline, sorted, at),
    () => writeNotifications(tx, room, pipeline, sorted.approvalOpened, at),
    () => writeEvents(tx, room, pipeline, sorted),
  );
}

type Sorted = { readonly [T in Effect["type"]]: Of<T>[] };

function sortEffects(effects: readonly Effect[]): Sorted {
  const sorted: Sorted = {
    actionStarted: [],
    actionChanged: [],
    ruleStarted: [],
    ruleChanged: [],
    jobCreated: [],
    jobEnded: [],
    jobReleased: [],
    timerSet: [],
    timerCancelled: [],
    // An approval is its history row, whose id is the token, and its expiry timer (E5.1); all else is its message.
    approvalOpened: [],
    copyRequested: [],
    copyCancelled: [],
    event: [],
  };
  for (const effect of effects) (sorted[effect.type] as Effect[]).push(effect);
  return sorted;
}

/** Mostly nothing was recorded of an action before its end. */
function changeAction(tx: Tx, effect: Of<"actionChanged">): Soon<void> {
  const { actionExecutionId: id, at, change } = effect;
  const { status } = change;
  if (status === undefined) return addToAction(tx, effect);
  const outcome = { id, status, updated: at, output: mergeOutput(NOTHING_RECORDED, change) };
  return soon(recordFirst(tx, outcome), (first) => (first ? undefined : addToAction(tx, effect)));
}

async function addToAction(
  tx: Tx,
  { actionExecutionId: id, at, change }: Of<"actionChanged">,
): Promise<void> {
  const recorded = await takeActionExecution(tx, id);
  if (recorded === undefined) throw new Error(`no history row of action execution ${id}`);
  const status = change.status ?? recorded.status;
  await changeActionExecution(tx, { id, status, updated: at, output: mergeOutput(recorded.output, change) });
}

function writeJobs(
  tx: Tx,
  room: Room,
  { jobEnded, jobReleased }: Sorted,
  at: number,
  created: readonly JobRow[],
): Soon<void> {
  const queued = created.filter((job) => job.status === "Queued");
  if (created.length + jobReleased.length > 0) {
    afterCommit(tx, () => {
      for (const topic of new Set(queued.map((job) => jobTopic(job.account, job)))) room.announce(topic);
    });
  }
  return inTurn(
    () => insertJobs(tx, created),
    () =>
      eachInTurn(jobReleased, async ({ jobId }) => {
        const released = await releaseJob(tx, jobId);
        if (released !== undefined) queued.push(released);
      }),
    () =>
      eachInTurn(jobEnded, ({ jobId, how }) =>
        endJob(tx, { id: jobId, status: how === "closed" ? "Closed" : how, result: null, ended: at }),
      ),
  );
}

function writeEvents(tx: Tx, room: Room, pipeline: TakenPipeline, { event }: Sorted): Soon<void> {
  if (event.length === 0) return;
  afterCommit(tx, () => room.announce(EVENT_TOPIC));
  return insertEvents(
    tx,
    event.map((effect) => eventRow(pipeline, room.ambient.newId(), effect.event)),
  );
}

function writeTimers(
  tx: Tx,
  room: Room,
  pipelineId: string,
  { timerSet, timerCancelled }: Sorted,
): Soon<void> {
  const gone = timerCancelled.map(({ timerId }) => timerId);
  const set = timerSet.map(({ timer }) => timer).filter(({ id }) => !gone.includes(id));
  if (set.length > 0) {
    const earliest = Math.min(...set.map(({ due }) => due));
    afterCommit(tx, () => room.timerSet(earliest));
  }
  return replaceTimers(
    tx,
    gone,
    set.map((timer) => timerRow(pipelineId, timer)),
  );
}
