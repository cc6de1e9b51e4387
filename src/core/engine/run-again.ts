/** A stage run that is retried, by a caller or by itself (E7.1, E7.4 to E7.8). */
import { declaredCondition } from "./conditions/declared.ts";
import { evaluationOf, forgotten, isPassed } from "./conditions/evaluations.ts";
import { endCondition } from "./conditions/rule-end.ts";
import type { RetryMode } from "./definition.ts";
import { actionsOf, type Draft } from "./draft.ts";
import { stageEvent } from "./events.ts";
import { openGroup, startActions } from "./groups.ts";
import { own } from "./records.ts";
import type { StageRun } from "./state.ts";

/** What a retry changes of a run at once: its conditions, what it made before (E7.5, E7.6), and when it was. */
export function reopenRun(
  draft: Draft,
  executionId: string,
  stage: string,
  mode: RetryMode,
  counted: Partial<StageRun>,
): void {
  endCondition(draft, executionId, stage, "Abandoned");
  const run = draft.run(executionId, stage);
  draft.saveRun(executionId, stage, {
    ...forgotten(run),
    status: "InProgress",
    ...(run.rolledBack && { rolledBack: false }),
    lastRetryAt: draft.env.now,
    ...counted,
    // What the stage made before no longer counts, even if the new attempt fails (E7.5).
    ...(mode === "ALL_ACTIONS" && { actions: {} }),
  });
}

/** Starts what is to run again. Before an entry that wasn't passed nothing does: it is asked first (E9.11). */
export function runAgain(draft: Draft, executionId: string, stage: string): void {
  stageEvent(draft, executionId, stage, "RESUMED");
  const execution = draft.execution(executionId);
  const run = draft.run(executionId, stage);
  const entry = declaredCondition(draft, execution, stage, "BEFORE_ENTRY");
  if (entry !== undefined && !isPassed(evaluationOf(run, "BEFORE_ENTRY"))) return;
  const again = openGroup(actionsOf(draft, execution, stage), run).filter(({ name }) => {
    const status = own(run.actions, name)?.status;
    return status !== "Succeeded" && status !== "InProgress";
  });
  startActions(draft, executionId, stage, again);
}

/** Once in a stage run, where the stage declares it: the lock is kept, and nobody enters between (E7.8). */
export function retryByItself(draft: Draft, executionId: string, stage: string, mode: RetryMode): void {
  const execution = draft.execution(executionId);
  draft.save(execution, { attempt: execution.attempt + 1 });
  reopenRun(draft, executionId, stage, mode, {
    automaticRetries: 1,
    latestRetryTrigger: "AutomatedStageRetry",
  });
  runAgain(draft, executionId, stage);
}
