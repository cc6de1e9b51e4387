/** What a new version, or the end of the pipeline, does to what lives (E11). */
import { isApproval, locate } from "./action-at.ts";
import { abandonAction } from "./action-end.ts";
import type { Answer } from "./command.ts";
import { endCondition } from "./conditions/rule-end.ts";
import { activeStage, type Draft, inProgress, isLive } from "./draft.ts";
import { endExecution, endRun, forgetRemovedStage } from "./execution.ts";
import { newStageState } from "./pipeline.ts";
import { advance } from "./run.ts";
import { updatedSummary } from "./run-end.ts";
import type { ExecutionState } from "./state.ts";

/** Makes a version the current one; executions with locks are cut or cancelled, PARALLEL ones go on (E11.1). */
export function update(draft: Draft, version: number): Answer {
  draft.pipeline = { ...draft.pipeline, currentVersion: version };
  const added = draft.current.stages.filter(({ name }) => draft.stage(name) === undefined);
  const stages = Object.fromEntries(added.map(({ name }) => [name, newStageState()]));
  draft.pipeline = { ...draft.pipeline, stages: { ...draft.pipeline.stages, ...stages } };

  for (const { name } of draft.current.stages) forgetInForce(draft, name);
  for (const execution of bySeq(draft)) if (execution.mode !== "PARALLEL") cut(draft, execution, version);
  for (const stage of Object.keys(draft.pipeline.stages)) leaveRemovedStage(draft, stage);
  return {};
}

/** What succeeded in an older version is no target (E8.6). */
function forgetInForce(draft: Draft, stage: string): void {
  const { inForce, ...state } = draft.stage(stage) ?? newStageState();
  if (inForce === undefined) return;
  draft.pipeline = { ...draft.pipeline, stages: { ...draft.pipeline.stages, [stage]: state } };
}

/** E11.2; an update during a cut changes nothing for it (E11.5). */
function cut(draft: Draft, execution: ExecutionState, version: number): void {
  if (execution.cutBy !== undefined) return;
  const stage = activeStage(execution);
  if (stage === undefined) {
    endExecution(draft, execution.id, "Cancelled", updatedSummary(version));
    return;
  }
  draft.save(execution, { cutBy: version });
  endCondition(draft, execution.id, stage, "Cancelled");
  for (const name of inProgress(draft.run(execution.id, stage))) {
    const at = locate(draft, execution.id, stage, name);
    if (isApproval(at.definition)) abandonAction(draft, at, "CANCELED");
  }
  advance(draft, execution.id, stage);
}

/**
 * A removed stage loses its flags and what was latest in it, also where it comes back before who is in it has left and
 * given up the lock; PARALLEL executions before it enter (E11.6).
 */
function leaveRemovedStage(draft: Draft, stage: string): void {
  if (draft.current.stages.some(({ name }) => name === stage)) return;
  const enabled = { enabled: true };
  const afresh = { latest: undefined, evaluated: undefined, inForce: undefined };
  draft.saveStage(stage, { inbound: enabled, outbound: enabled, ...afresh });
  forgetRemovedStage(draft, stage);
}

/** Ends everything that lives; the store removes the rest (E11.7). */
export function remove(draft: Draft): Answer {
  for (const execution of bySeq(draft)) {
    const { id } = execution;
    const stage = activeStage(execution);
    if (stage !== undefined) {
      endCondition(draft, id, stage, "Cancelled");
      for (const name of inProgress(draft.run(id, stage))) {
        abandonAction(draft, locate(draft, id, stage, name), "ABANDONED");
      }
      endRun(draft, id, stage, "Cancelled");
    }
    endExecution(draft, id, "Cancelled");
  }
  return {};
}

function bySeq(draft: Draft): ExecutionState[] {
  return draft
    .executions()
    .filter(isLive)
    .sort((a, b) => a.seq - b.seq);
}
