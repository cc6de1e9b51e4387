/** A stage run on its way: entry condition, groups, then its success or its failure (E9.9). */
import { ask } from "./conditions/ask.ts";
import { conditionInProgress } from "./conditions/evaluations.ts";
import { actionsOf, type Draft, inProgress, stageOf } from "./draft.ts";
import { openGroup, startActions } from "./groups.ts";
import { own } from "./records.ts";
import { retryByItself } from "./run-again.ts";
import { endCut, failRun, type Rests, skipRun, stopRun, succeedRun } from "./run-end.ts";

/**
 * Moves a run on after something in it ended. Nothing happens while an action or a rule is in progress; else the next
 * group starts, the next condition is evaluated, or the run ends, and the execution with it or on to the next stage
 * (E1.2, E2.13, E2.14, E6.3, E11.3).
 */
export function advance(draft: Draft, executionId: string, stage: string): void {
  // What has just started may have ended already.
  while (step(draft, executionId, stage) === "more");
}

type Step = "more" | Rests;

function step(draft: Draft, executionId: string, stage: string): Step {
  const execution = draft.execution(executionId);
  const run = draft.run(executionId, stage);
  if (inProgress(run).length > 0 || conditionInProgress(run) !== undefined) return "rests";
  if (execution.stop !== undefined) return stopRun(draft, executionId, stage);
  const group = openGroup(actionsOf(draft, execution, stage), run);
  if (execution.cutBy !== undefined) return endCut(draft, executionId, stage, group.length === 0);

  const entry = ask(draft, executionId, stage, "BEFORE_ENTRY");
  if (entry === "asked") return "more";
  if (entry === "SKIP") return skipRun(draft, executionId, stage);
  if (entry !== "passed") return failRun(draft, executionId, stage);

  if (group.length === 0) return afterSuccess(draft, executionId, stage);
  if (group.some(({ name }) => own(run.actions, name) !== undefined)) {
    return afterFailure(draft, executionId, stage);
  }
  startActions(draft, executionId, stage, group);
  return "more";
}

/** All actions are Succeeded; `onFailure` isn't consulted for what the success condition says (E9.8). */
function afterSuccess(draft: Draft, executionId: string, stage: string): Step {
  const success = ask(draft, executionId, stage, "ON_SUCCESS");
  if (success === "asked") return "more";
  if (success === "passed") return succeedRun(draft, executionId, stage);
  return failRun(draft, executionId, stage, success === "ROLLBACK");
}

/** An action's latest is Failed and nothing is in progress. A ROLLBACK does nothing about it (E8.7). */
function afterFailure(draft: Draft, executionId: string, stage: string): Step {
  const execution = draft.execution(executionId);
  const onFailure = execution.type === "ROLLBACK" ? undefined : stageOf(draft, execution, stage).onFailure;
  if (onFailure?.result === "RETRY" && draft.run(executionId, stage).automaticRetries === 0) {
    retryByItself(draft, executionId, stage, onFailure.retryMode);
    return "more";
  }
  if (onFailure?.result === "ROLLBACK") return failRun(draft, executionId, stage, true);
  const failure = ask(draft, executionId, stage, "ON_FAILURE");
  if (failure === "asked") return "more";
  return failRun(draft, executionId, stage, failure === "ROLLBACK");
}
