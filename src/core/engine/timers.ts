import { findAction, locate, saveActionAt } from "./action-at.ts";
import { failAction } from "./action-end.ts";
import type { Answer, Timer } from "./command.ts";
import { findRule, locateRule, saveRuleAt } from "./conditions/rule-at.ts";
import { ruleTimerFired } from "./conditions/rule-timers.ts";
import { isCopying } from "./copy-rows.ts";
import type { Draft } from "./draft.ts";
import { endExecution } from "./execution.ts";
import { replyMissing } from "./park.ts";
import { own } from "./records.ts";
import { advance } from "./run.ts";

type ActionTimer = Extract<Timer, { kind: "actionTimeout" | "approvalExpiry" | "jobDelay" }>;

/** Fires a timer that is due: once, late rather than never, and never early (E10.2, E10.4). */
export function timerFired(draft: Draft, timer: Timer): Answer {
  if (draft.env.now < timer.due) return {};
  switch (timer.kind) {
    case "actionTimeout":
      actionExpired(draft, timer, (minutes) => `The action timed out after ${minutes} minutes.`);
      break;
    case "approvalExpiry":
      actionExpired(draft, timer, (minutes) => `The approval was not given within ${minutes} minutes.`);
      break;
    case "jobDelay":
      releaseJob(draft, timer);
      break;
    case "jobReply":
      replyMissing(draft, timer);
      break;
    case "transitionWait":
      waitedTooLong(draft, timer);
      break;
    case "ruleTimeout":
    case "windowOpens":
      if (ruleTimerFired(draft, timer)) advance(draft, timer.executionId, timer.stage);
      break;
  }
  return {};
}

function actionExpired(draft: Draft, timer: ActionTimer, message: (minutes: number) => string): void {
  const { executionId, stage } = timer;
  const action = findAction(draft, timer);
  if (action?.timer !== timer.id) return;
  const at = locate(draft, executionId, stage, timer.action);
  if (action.job !== undefined) {
    draft.effects.push({ type: "jobEnded", jobId: action.job.id, how: "TimedOut" });
  }
  failAction(draft, at, { code: "JobFailed", message: message(at.definition.timeoutMinutes) });
  advance(draft, executionId, stage);
}

/** The delay of a continued job is over (E3.12); its inputs may be outstanding still. */
function releaseJob(draft: Draft, timer: Extract<Timer, { kind: "jobDelay" }>): void {
  const { executionId, stage } = timer;
  const action = findAction(draft, timer);
  const asked = findRule(own(draft.find(executionId)?.runs, stage), timer.actionExecutionId);
  let isReady = true;
  if (action?.job?.delayTimer === timer.id) {
    isReady = !isCopying(action);
    const { delayTimer: _, ...job } = action.job;
    saveActionAt(draft, locate(draft, executionId, stage, timer.action), { ...action, job });
  } else if (asked?.rule.job?.delayTimer === timer.id) {
    isReady = !isCopying(asked.rule);
    const { delayTimer: _, ...job } = asked.rule.job;
    const at = locateRule(draft, executionId, stage, asked.kind, asked.name);
    saveRuleAt(draft, at, { ...asked.rule, job });
  } else {
    return;
  }
  if (isReady) draft.effects.push({ type: "jobReleased", jobId: timer.jobId });
}

/** E2.9 */
function waitedTooLong(draft: Draft, { id, executionId, stage }: Timer): void {
  if (draft.find(executionId)?.waitingBefore?.timer !== id) return;
  const summary = `The execution waited for more than 30 days before stage '${stage}', whose transition is disabled.`;
  endExecution(draft, executionId, "Cancelled", summary);
}
