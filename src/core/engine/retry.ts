import type { Answer, Command, Refusal } from "./command.ts";
import { actionsOf, type Draft, inProgress, isLive } from "./draft.ts";
import { pipelineEvent, stageEvent } from "./events.ts";
import { own } from "./records.ts";
import { advance, openGroup, startActions } from "./run.ts";
import type { StageRun } from "./state.ts";

type Retry = Extract<Command, { type: "retryStage" }>;

/** Runs a stage of an execution again: its failed actions, or all of them (E7.1 to E7.7). */
export function retryStage(draft: Draft, command: Retry): Answer | Refusal {
  const refusal = refuse(draft, command);
  if (refusal !== undefined) return refusal;
  const { executionId, stage, mode } = command;
  const { stop: _, statusSummary: __, ...execution } = draft.execution(executionId);
  draft.save({ ...execution, status: "InProgress", attempt: execution.attempt + 1 });
  const before = draft.run(executionId, stage);
  draft.saveRun(executionId, stage, {
    status: "InProgress",
    manualRetries: before.manualRetries + 1,
    latestRetryTrigger: "ManualStageRetry",
    lastRetryAt: draft.env.now,
    // What the stage made before no longer counts, even if the new attempt fails (E7.5).
    ...(mode === "ALL_ACTIONS" && { actions: {} }),
  });
  // The lock is free: whoever had entered since would be the latest (E2.11).
  if (execution.mode !== "PARALLEL") draft.saveStage(stage, { lock: executionId });
  pipelineEvent(draft, executionId, "RESUMED");
  stageEvent(draft, executionId, stage, "RESUMED");

  const run = draft.run(executionId, stage);
  const again = openGroup(actionsOf(draft, execution, stage), run).filter(({ name }) => {
    const status = own(run.actions, name)?.status;
    return status !== "Succeeded" && status !== "InProgress";
  });
  startActions(draft, executionId, stage, again);
  advance(draft, executionId, stage);
  return {};
}

/** In the order of E7.2. */
function refuse(draft: Draft, { executionId, stage, mode }: Retry): Refusal | undefined {
  const state = draft.current.stages.some(({ name }) => name === stage) ? draft.stage(stage) : undefined;
  if (state === undefined) return { code: "StageNotFound", stage };
  const notRetryable = { code: "StageNotRetryable", stage, executionId } as const;
  const execution = draft.find(executionId);
  const run = own(execution?.runs, stage);
  if (execution === undefined || run === undefined) return notRetryable;
  if (execution.version !== draft.pipeline.currentVersion) return notRetryable;
  if (execution.mode !== "PARALLEL" && state.latest !== executionId) {
    return { code: "NotLatestPipelineExecution", stage, executionId };
  }
  if (!isRetryable(run, mode)) return notRetryable;
  const limit = draft.env.limits.concurrentExecutions;
  if (execution.mode !== "SUPERSEDED" && !isLive(execution) && draft.liveCount >= limit) {
    return { code: "ConcurrentExecutionsLimitExceeded", limit };
  }
  return undefined;
}

/** E7.3 */
function isRetryable(run: StageRun, mode: Retry["mode"]): boolean {
  if (run.status === "Failed" || run.status === "Stopped") return true;
  if (run.status !== "InProgress") return false;
  if (mode === "ALL_ACTIONS" && inProgress(run).length > 0) return false;
  return Object.values(run.actions).some(({ status }) => status === "Failed");
}
