/** Executions as GetPipelineExecution and ListPipelineExecutions show them (api.md §11). */
import type { PipelineExecutionSummary } from "@aws-sdk/client-codepipeline";
import type { ExecutionState } from "../../core/engine/index.ts";

/** What both answers hold. */
export function commonMembers(state: ExecutionState) {
  return {
    pipelineExecutionId: state.id,
    status: state.status,
    trigger: {
      triggerType: state.trigger.type as TriggerType,
      triggerDetail: state.trigger.detail,
    },
    executionMode: state.mode,
    ...(state.statusSummary !== undefined && { statusSummary: state.statusSummary }),
    ...(state.type === "ROLLBACK" && {
      executionType: state.type,
      rollbackMetadata: { rollbackTargetPipelineExecutionId: state.rollbackTarget },
    }),
  };
}

type TriggerType = NonNullable<NonNullable<PipelineExecutionSummary["trigger"]>["triggerType"]>;

export function executionSummary(state: ExecutionState): PipelineExecutionSummary {
  const reason = state.stop?.reason;
  return {
    ...commonMembers(state),
    startTime: new Date(state.startedAt),
    lastUpdateTime: new Date(state.updatedAt),
    sourceRevisions: state.sourceRevisions.map((revision) => ({ ...revision })),
    ...(reason !== undefined && { stopTrigger: { reason } }),
  };
}
