/** One stage of GetPipelineState, but for its actions (api.md §11). */
import type {
  RetryStageMetadata,
  StageState as ShownStage,
  TransitionState as ShownTransition,
  StageExecution,
} from "@aws-sdk/client-codepipeline";
import type { ExecutionState, StageRun, StageState, TransitionState } from "../../core/engine/index.ts";
import { own } from "./own.ts";

const UNTOUCHED: TransitionState = { enabled: true };

/**
 * @param state absent for a stage that nothing ever happened to
 * @param latest the execution that entered the stage last
 */
export function stageState(
  stage: string,
  state: StageState | undefined,
  latest: ExecutionState | undefined,
): ShownStage {
  const inbound = (state?.waiting ?? []).map(waitingExecution);
  const run = latest && own(latest.runs, stage);
  return {
    inboundExecutions: inbound,
    inboundTransitionState: transition(state?.inbound ?? UNTOUCHED),
    ...(inbound[0] && { inboundExecution: inbound[0] }),
    ...(latest && run && { latestExecution: stageExecution(latest, run) }),
    ...(run && run.manualRetries + run.automaticRetries > 0 && { retryStageMetadata: retries(run) }),
  };
}

/** Who waits is InProgress (E1.1). */
function waitingExecution(pipelineExecutionId: string): StageExecution {
  return { pipelineExecutionId, status: "InProgress" };
}

function stageExecution({ id, type }: ExecutionState, { status }: StageRun): StageExecution {
  return { pipelineExecutionId: id, status, ...(type === "ROLLBACK" && { type }) };
}

function transition({ enabled, reason, by, at }: TransitionState): ShownTransition {
  return {
    enabled,
    ...(!enabled && reason !== undefined && { disabledReason: reason }),
    ...(by !== undefined && { lastChangedBy: by }),
    ...(at !== undefined && { lastChangedAt: new Date(at) }),
  };
}

function retries({ manualRetries, automaticRetries, latestRetryTrigger }: StageRun): RetryStageMetadata {
  return {
    ...(manualRetries > 0 && { manualStageRetryAttempt: manualRetries }),
    ...(automaticRetries > 0 && { autoStageRetryAttempt: automaticRetries }),
    ...(latestRetryTrigger && { latestRetryTrigger }),
  };
}
