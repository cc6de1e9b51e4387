import { definitionOf, failAction } from "./action.ts";
import type { Answer, Timer } from "./command.ts";
import type { Draft } from "./draft.ts";
import { endExecution } from "./execution.ts";
import { advance } from "./run.ts";

/** Fires a timer that is due: once, late rather than never, and never early (E10.2, E10.4). */
export function timerFired(draft: Draft, timer: Timer): Answer {
  if (draft.env.now < timer.due) return {};
  switch (timer.kind) {
    case "actionTimeout":
    case "approvalExpiry":
      actionExpired(draft, timer);
      break;
    case "jobDelay":
      releaseJob(draft, timer);
      break;
    case "transitionWait":
      waitedTooLong(draft, timer);
      break;
  }
  return {};
}

function actionExpired(draft: Draft, { id, kind, executionId, stage, action: name = "" }: Timer): void {
  const action = draft.find(executionId)?.runs[stage]?.actions[name];
  if (action?.timer !== id) return;
  const definition = definitionOf(draft, executionId, stage, name);
  const minutes = definition.timeoutMinutes;
  const message =
    kind === "approvalExpiry"
      ? `The approval was not given within ${minutes} minutes.`
      : `The action timed out after ${minutes} minutes.`;
  if (action.job !== undefined)
    draft.effects.push({ type: "jobEnded", jobId: action.job.id, how: "TimedOut" });
  failAction(draft, executionId, stage, definition, { code: "JobFailed", message });
  advance(draft, executionId, stage);
}

function releaseJob(draft: Draft, { id, executionId, stage, action: name = "", jobId = "" }: Timer): void {
  const action = draft.find(executionId)?.runs[stage]?.actions[name];
  if (action?.job?.delayTimer !== id) return;
  const { delayTimer: _, ...job } = action.job;
  draft.saveAction(executionId, stage, name, { ...action, job });
  draft.effects.push({ type: "jobReleased", jobId });
}

/** E2.9 */
function waitedTooLong(draft: Draft, { id, executionId, stage }: Timer): void {
  if (draft.find(executionId)?.waitingBefore?.timer !== id) return;
  const summary = `The execution waited for more than 30 days before stage '${stage}', whose transition is disabled.`;
  endExecution(draft, executionId, "Cancelled", summary);
}
