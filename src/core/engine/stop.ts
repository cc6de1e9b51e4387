import { locate } from "./action-at.ts";
import { abandonAction } from "./action-end.ts";
import type { Answer, Command, Refusal } from "./command.ts";
import { endCondition } from "./conditions/rule-end.ts";
import { activeStage, type Draft, inProgress, isLive } from "./draft.ts";
import { pipelineEvent, stageEvent } from "./events.ts";
import { endExecution } from "./execution.ts";
import { advance } from "./run.ts";

/** Stops an execution: what runs goes on to its end, or is abandoned at once (E6). */
export function stop(draft: Draft, command: Extract<Command, { type: "stop" }>): Answer | Refusal {
  const { executionId, abandon, reason } = command;
  const execution = draft.find(executionId);
  if (execution === undefined || !isLive(execution))
    return { code: "PipelineExecutionNotStoppable", executionId };
  if (execution.status === "Stopping" && !abandon) return { code: "DuplicatedStopRequest", executionId };

  const why = reason ?? execution.stop?.reason;
  draft.save(execution, { stop: { abandon, ...(why !== undefined && { reason: why }) } });
  const stage = activeStage(execution);
  if (stage === undefined) {
    endExecution(draft, executionId, "Stopped");
    return {};
  }
  endCondition(draft, executionId, stage, "Abandoned");
  const running = inProgress(draft.run(executionId, stage));
  if (running.length > 0 && execution.status !== "Stopping") {
    draft.save(draft.execution(executionId), { status: "Stopping" });
    draft.saveRun(executionId, stage, { status: "Stopping" });
    pipelineEvent(draft, executionId, "STOPPING");
    stageEvent(draft, executionId, stage, "STOPPING");
  }
  if (abandon) {
    for (const name of running) abandonAction(draft, locate(draft, executionId, stage, name), "ABANDONED");
  }
  advance(draft, executionId, stage);
  return {};
}
