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
import type { Tx } from "../store/store.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import type { PipelineRow } from "../store/tables/pipelines.ts";
import { replaceTimers } from "../store/timers.ts";
import type { Room } from "./room.ts";
import { actionRow, eventRow, mergeOutput, NOTHING_RECORDED, timerRow } from "./rows.ts";
import { writeCopies } from "./write-copies.ts";
import { writeNotifications } from "./write-notifications.ts";
import { writeRules } from "./write-rules.ts";

type Of<T extends Effect["type"]> = Extract<Effect, { type: T }>;

/** @param toJobRow what a new job looks like in the queue */
export async function writeEffects(
  tx: Tx,
  room: Room,
  pipeline: PipelineRow,
  effects: readonly Effect[],
  at: number,
  toJobRow: (job: Of<"jobCreated">["job"]) => JobRow,
): Promise<void> {
  const sorted = sortEffects(effects);
  await insertActionExecutions(
    tx,
    sorted.actionStarted.map(({ action }) => actionRow(pipeline.id, action)),
  );
  for (const effect of sorted.actionChanged) await changeAction(tx, effect);
  await writeRules(tx, pipeline.id, sorted.ruleStarted, sorted.ruleChanged);
  await writeJobs(
    tx,
    room,
    sorted,
    at,
    sorted.jobCreated.map(({ job }) => toJobRow(job)),
  );
  await writeTimers(tx, room, pipeline.id, sorted);
  await writeCopies(tx, room, pipeline, sorted, at);
  await writeNotifications(tx, room, pipeline, sorted.approvalOpened, at);
  await writeEvents(tx, room, pipeline, sorted);
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

async function changeAction(
  tx: Tx,
  { actionExecutionId: id, at, change }: Of<"actionChanged">,
): Promise<void> {
  if (change.status !== undefined) {
    const outcome = { id, status: change.status, updated: at, output: mergeOutput(NOTHING_RECORDED, change) };
    if (await recordFirst(tx, outcome)) return;
  }
  const recorded = await takeActionExecution(tx, id);
  if (recorded === undefined) throw new Error(`no history row of action execution ${id}`);
  const status = change.status ?? recorded.status;
  await changeActionExecution(tx, { id, status, updated: at, output: mergeOutput(recorded.output, change) });
}

async function writeJobs(
  tx: Tx,
  room: Room,
  { jobEnded, jobReleased }: Sorted,
  at: number,
  created: readonly JobRow[],
): Promise<void> {
  await insertJobs(tx, created);
  const queued = created.filter((job) => job.status === "Queued");
  for (const { jobId } of jobReleased) {
    const released = await releaseJob(tx, jobId);
    if (released !== undefined) queued.push(released);
  }
  for (const { jobId, how } of jobEnded) {
    await endJob(tx, { id: jobId, status: how === "closed" ? "Closed" : how, result: null, ended: at });
  }
  if (queued.length === 0) return;
  const topics = new Set(queued.map((job) => jobTopic(job.account, job)));
  afterCommit(tx, () => {
    for (const topic of topics) room.announce(topic);
  });
}

async function writeEvents(tx: Tx, room: Room, pipeline: PipelineRow, { event }: Sorted): Promise<void> {
  if (event.length === 0) return;
  await insertEvents(
    tx,
    event.map((effect) => eventRow(pipeline, room.ambient.newId(), effect.event)),
  );
  afterCommit(tx, () => room.announce(EVENT_TOPIC));
}

async function writeTimers(
  tx: Tx,
  room: Room,
  pipelineId: string,
  { timerSet, timerCancelled }: Sorted,
): Promise<void> {
  const gone = timerCancelled.map(({ timerId }) => timerId);
  const set = timerSet.map(({ timer }) => timer).filter(({ id }) => !gone.includes(id));
  await replaceTimers(
    tx,
    gone,
    set.map((timer) => timerRow(pipelineId, timer)),
  );
  if (set.length === 0) return;
  const earliest = Math.min(...set.map(({ due }) => due));
  afterCommit(tx, () => room.timerSet(earliest));
}
