/** How executions and their stage runs end, and what that frees (E1.9, E2.2). */
import type { Refusal } from "./command.ts";
import { type Draft, isLive, stagesOf } from "./draft.ts";
import { pipelineEvent, stageEvent } from "./events.ts";
import type { ExecutionState, ExecutionStatus, RunStatus } from "./state.ts";
import { cancelTimer } from "./timer-rows.ts";

export type EndStatus = Exclude<ExecutionStatus, "InProgress" | "Stopping">;

const pipelineStates: Record<EndStatus, string> = {
  Succeeded: "SUCCEEDED",
  Failed: "FAILED",
  Stopped: "STOPPED",
  Superseded: "SUPERSEDED",
  Cancelled: "CANCELED",
};

/** Ends an execution; it must have no action in progress. Its place in a line goes with it. */
export function endExecution(
  draft: Draft,
  executionId: string,
  status: EndStatus,
  statusSummary?: string,
): void {
  leaveLine(draft, executionId);
  draft.save(draft.execution(executionId), {
    status,
    ...(statusSummary !== undefined && { statusSummary }),
  });
  pipelineEvent(draft, executionId, pipelineStates[status]);
}

/** Takes an execution out of the line before a stage, if it waits in one. */
export function leaveLine(draft: Draft, executionId: string): void {
  const { waitingBefore, ...execution } = draft.execution(executionId);
  if (waitingBefore === undefined) return;
  const waiting = draft.stage(waitingBefore.stage)?.waiting ?? [];
  draft.saveStage(waitingBefore.stage, { waiting: waiting.filter((id) => id !== executionId) });
  cancelTimer(draft, waitingBefore.timer);
  draft.save(execution);
}

const stageStates: Record<Exclude<RunStatus, "InProgress" | "Stopping">, string> = {
  Succeeded: "SUCCEEDED",
  Failed: "FAILED",
  Stopped: "STOPPED",
  Skipped: "SKIPPED",
  Cancelled: "CANCELED",
};

/**
 * An execution is in a stage now, for the first time or again: it holds the lock, which is free whenever it may be the
 * latest there (E2.2, E2.11).
 */
export function takeStage(draft: Draft, executionId: string, stage: string): void {
  const { mode, type } = draft.execution(executionId);
  if (mode !== "PARALLEL") draft.saveStage(stage, { lock: executionId });
  if (type === "ROLLBACK") {
    draft.saveStage(stage, { rollbacks: [...(draft.stage(stage)?.rollbacks ?? []), executionId] });
  }
}

/** Whether an execution that has ended may live again; rollbacks always may (E2.12). */
export function limitFor(draft: Draft, execution: ExecutionState): Refusal | undefined {
  const limit = draft.env.limits.concurrentExecutions;
  if (execution.type === "ROLLBACK" || execution.mode === "SUPERSEDED" || isLive(execution)) return undefined;
  return draft.liveCount < limit ? undefined : { code: "ConcurrentExecutionsLimitExceeded", limit };
}

/** Ends a stage run and releases the stage's lock, in whatever way it ended (E2.2). */
export function endRun(
  draft: Draft,
  executionId: string,
  stage: string,
  status: keyof typeof stageStates,
): void {
  draft.saveRun(executionId, stage, { status });
  const { lock, rollbacks } = draft.stage(stage) ?? {};
  if (rollbacks?.includes(executionId)) {
    draft.saveStage(stage, { rollbacks: rollbacks.filter((id) => id !== executionId) });
  }
  if (lock === executionId) {
    draft.saveStage(stage, { lock: undefined });
    forgetRemovedStage(draft, stage);
  }
  stageEvent(draft, executionId, stage, stageStates[status]);
}

/** A stage that an update removed is kept while somebody is in it or leaves its line, and not longer (E11.6). */
export function forgetRemovedStage(draft: Draft, stage: string): void {
  if (draft.current.stages.some(({ name }) => name === stage)) return;
  const { lock, waiting = [] } = draft.stage(stage) ?? {};
  if (lock !== undefined || waiting.length > 0) return;
  const { [stage]: _, ...stages } = draft.pipeline.stages;
  draft.pipeline = { ...draft.pipeline, stages };
}

/** The stage behind `stage` in the execution's own version; undefined behind the last. A ROLLBACK has one stage (E8.1). */
export function stageAfter(draft: Draft, executionId: string, stage: string): string | undefined {
  const execution = draft.execution(executionId);
  if (execution.type === "ROLLBACK") return undefined;
  const stages = stagesOf(draft, execution);
  return stages[stages.findIndex(({ name }) => name === stage) + 1]?.name;
}

/** The stage before `stage`; undefined before the first. */
export function stageBefore(draft: Draft, executionId: string, stage: string): string | undefined {
  const stages = stagesOf(draft, draft.execution(executionId));
  return stages[stages.findIndex(({ name }) => name === stage) - 1]?.name;
}
