/** The ways in which a stage run ends, and what becomes of its execution. */
import { declaredCondition } from "./conditions/declared.ts";
import type { Draft } from "./draft.ts";
import { endExecution, endRun, stageAfter } from "./execution.ts";

/** What a run that has ended does. */
export type Rests = "rests";

/** On to the next stage, in the same transaction (E2.13). */
export function succeedRun(draft: Draft, executionId: string, stage: string): Rests {
  endRun(draft, executionId, stage, "Succeeded");
  const { type, version, rollbackTarget } = draft.execution(executionId);
  if (version === draft.pipeline.currentVersion) {
    const inForce = type === "ROLLBACK" ? rollbackTarget : executionId;
    if (inForce !== undefined && draft.stage(stage)?.inForce !== inForce) {
      draft.saveStage(stage, { inForce });
    }
  }
  goOn(draft, executionId, stage);
  return "rests";
}

/** The entry condition said so: no action runs (E9.6). */
export function skipRun(draft: Draft, executionId: string, stage: string): Rests {
  endRun(draft, executionId, stage, "Skipped");
  goOn(draft, executionId, stage);
  return "rests";
}

function goOn(draft: Draft, executionId: string, stage: string): void {
  const next = stageAfter(draft, executionId, stage);
  if (next === undefined) endExecution(draft, executionId, "Succeeded");
  else draft.arrivals.push({ executionId, stage: next });
}

/** @param rollsBack what was in force in the stage before is to run there again (E8.4, E8.6) */
export function failRun(draft: Draft, executionId: string, stage: string, rollsBack = false): Rests {
  endRun(draft, executionId, stage, "Failed");
  if (!rollsBack) {
    endExecution(draft, executionId, "Failed");
    return "rests";
  }
  const { currentVersion } = draft.pipeline;
  const outdated = draft.execution(executionId).version !== currentVersion;
  const targetId = outdated ? undefined : draft.stage(stage)?.inForce;
  if (targetId === undefined) {
    const summary = `Stage '${stage}' has no successful execution in pipeline version ${currentVersion} to roll back to.`;
    endExecution(draft, executionId, "Failed", summary);
    return "rests";
  }
  draft.saveRun(executionId, stage, { rolledBack: true });
  endExecution(draft, executionId, "Failed");
  draft.rollbacks.push({ stage, targetId, failedId: executionId });
  return "rests";
}

/** Whatever its actions did (E6.3). */
export function stopRun(draft: Draft, executionId: string, stage: string): Rests {
  endRun(draft, executionId, stage, "Stopped");
  endExecution(draft, executionId, "Stopped");
  return "rests";
}

/** Nothing of a cut execution is in progress any more: what was done to the end counts, but it goes no further (E11.3, E11.4). */
export function endCut(draft: Draft, executionId: string, stage: string, allSucceeded: boolean): Rests {
  const execution = draft.execution(executionId);
  const asks = declaredCondition(draft, execution, stage, "ON_SUCCESS") !== undefined;
  const done = allSucceeded && !asks;
  endRun(draft, executionId, stage, done ? "Succeeded" : "Cancelled");
  if (done && stageAfter(draft, executionId, stage) === undefined) {
    endExecution(draft, executionId, "Succeeded");
  } else {
    const version = execution.cutBy ?? draft.pipeline.currentVersion;
    endExecution(draft, executionId, "Cancelled", updatedSummary(version));
  }
  return "rests";
}

/** E1.10 */
export function updatedSummary(version: number): string {
  return `The pipeline was updated to version ${version} before the execution could complete.`;
}
