/** Arriving at a stage, waiting before it, and entering it (E2). */
import type { Draft } from "./draft.ts";
import { enter } from "./enter.ts";
import { endExecution, forgetRemovedStage, leaveLine, stageBefore } from "./execution.ts";
import { rollBackFor } from "./rollback.ts";
import type { ExecutionState } from "./state.ts";
import { cancelTimer, setTimer } from "./timer-rows.ts";

/** E2.9 */
const TRANSITION_WAIT_MS = 30 * 24 * 60 * 60 * 1000;

/** An execution has finished the stage before, or has just started: it enters, or it waits. */
function arrive(draft: Draft, executionId: string, stage: string): void {
  if (mayEnter(draft, draft.execution(executionId), stage)) enterFromLine(draft, executionId, stage);
  else wait(draft, executionId, stage);
}

/** Takes a place before the stage; in SUPERSEDED mode there is one, and the newer keeps it (E2.5). */
function wait(draft: Draft, executionId: string, stage: string): void {
  const execution = draft.execution(executionId);
  const others = (draft.stage(stage)?.waiting ?? []).map((id) => draft.execution(id));
  const line = [...others, execution].sort((a, b) => a.seq - b.seq);
  draft.save(execution, { waitingBefore: { stage, since: draft.env.now } });
  draft.saveStage(stage, { waiting: line.map(({ id }) => id) });
  if (execution.mode !== "SUPERSEDED") return;
  const rivals = line.filter(({ mode }) => mode === "SUPERSEDED");
  const newest = rivals.pop();
  if (newest === undefined) return;
  for (const { id } of rivals) {
    draft.save(draft.execution(id), { supersededBy: newest.id });
    endExecution(draft, id, "Superseded");
  }
}

/** E2.3. A stage that the current version no longer has holds nobody back (E11.6). */
function mayEnter(draft: Draft, execution: ExecutionState, stage: string): boolean {
  const parallel = execution.mode === "PARALLEL";
  if (execution.status !== "InProgress") return false;
  if (!parallel && execution.version !== draft.pipeline.currentVersion) return false;
  if (boundaryDisabled(draft, execution, stage)) return false;
  if (parallel) return true;
  const { lock, waiting = [] } = draft.stage(stage) ?? {};
  if (lock !== undefined) return false;
  if (execution.mode === "SUPERSEDED") return true;
  return !waiting.some((id) => {
    const other = draft.execution(id);
    return other.mode === "QUEUED" && other.seq < execution.seq;
  });
}

function boundaryDisabled(draft: Draft, { id }: ExecutionState, stage: string): boolean {
  if (!draft.current.stages.some(({ name }) => name === stage)) return false;
  const before = stageBefore(draft, id, stage);
  const outbound = before === undefined ? undefined : draft.stage(before)?.outbound;
  return draft.stage(stage)?.inbound.enabled === false || outbound?.enabled === false;
}

function enterFromLine(draft: Draft, executionId: string, stage: string): void {
  leaveLine(draft, executionId);
  forgetRemovedStage(draft, stage);
  enter(draft, executionId, stage);
}

/**
 * The last step of every command: rollbacks for what has failed enter first (E8.4), then who has finished a stage
 * arrives at the next; then, from the last stage to the first, whoever waits and may enter does, until nothing changes
 * (Terms, "Settle").
 */
export function settle(draft: Draft): void {
  while (settleOne(draft));
  for (const { waiting } of linesFromTheLast(draft)) for (const id of waiting) timeWait(draft, id);
}

/** @returns whether anything moved */
function settleOne(draft: Draft): boolean {
  const rollback = draft.rollbacks.shift();
  if (rollback !== undefined) {
    rollBackFor(draft, rollback);
    return true;
  }
  const arrival = draft.arrivals.shift();
  if (arrival !== undefined) {
    arrive(draft, arrival.executionId, arrival.stage);
    return true;
  }
  return linesFromTheLast(draft).some(({ stage, waiting }) =>
    waiting.some((id) => {
      const may = mayEnter(draft, draft.execution(id), stage);
      if (may) enterFromLine(draft, id, stage);
      return may;
    }),
  );
}

function linesFromTheLast(draft: Draft): { stage: string; waiting: readonly string[] }[] {
  // Mostly nobody waits, and every command looks.
  if (Object.values(draft.pipeline.stages).every(({ waiting }) => waiting.length === 0)) return [];
  const lines = Object.entries(draft.pipeline.stages).filter(([, { waiting }]) => waiting.length > 0);
  const order = draft.current.stages.map(({ name }) => name);
  return lines
    .map(([stage, { waiting }]) => ({ stage, waiting }))
    .sort((a, b) => order.indexOf(b.stage) - order.indexOf(a.stage));
}

/** Keeps the 30-day timer of a waiting execution running while its boundary is disabled, and only then (E2.9). */
function timeWait(draft: Draft, executionId: string): void {
  const execution = draft.execution(executionId);
  const { waitingBefore } = execution;
  if (waitingBefore === undefined) return;
  const { timer, ...place } = waitingBefore;
  const { stage } = place;
  const disabled = boundaryDisabled(draft, execution, stage);
  if (disabled && timer === undefined) {
    const due = draft.env.now + TRANSITION_WAIT_MS;
    const id = setTimer(draft, { kind: "transitionWait", executionId, stage, due });
    draft.save(execution, { waitingBefore: { ...place, timer: id } });
  } else if (!disabled && timer !== undefined) {
    cancelTimer(draft, timer);
    draft.save(execution, { waitingBefore: place });
  }
}
