import type { Answer, Command, Refusal } from "./command.ts";
import { type Draft, inProgress } from "./draft.ts";
import { pipelineEvent } from "./events.ts";
import { limitFor, takeStage } from "./execution.ts";
import { own } from "./records.ts";
import { advance } from "./run.ts";
import { reopenRun, runAgain } from "./run-again.ts";
import type { StageRun } from "./state.ts";

type Retry = Extract<Command, { type: "retryStage" }>;

/** Runs a stage of an execution again: its failed actions, or all of them (E7.1 to E7.7). */
export function retryStage(draft: Draft, command: Retry): Answer | Refusal {
  const refusal = refuse(draft, command);
  if (refusal !== undefined) return refusal;
  const { executionId, stage, mode } = command;
  const { stop: _, statusSummary: __, ...execution } = draft.execution(executionId);
  draft.save(execution, { status: "InProgress", attempt: execution.attempt + 1 });
  const before = draft.run(executionId, stage);
  reopenRun(draft, executionId, stage, mode, {
    manualRetries: before.manualRetries + 1,
    latestRetryTrigger: "ManualStageRetry",
  });
  if (before.status !== "InProgress") takeStage(draft, executionId, stage);
  pipelineEvent(draft, executionId, "RESUMED");
  runAgain(draft, executionId, stage);
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
  return limitFor(draft, execution);
}

/** E7.3 */
function isRetryable(run: StageRun, mode: Retry["mode"]): boolean {
  if (run.status === "Failed" || run.status === "Stopped") return true;
  if (run.status !== "InProgress") return false;
  if (mode === "ALL_ACTIONS" && inProgress(run).length > 0) return false;
  return Object.values(run.actions).some(({ status }) => status === "Failed");
}
