/** Timers of rules (E10). */
import type { Timer } from "../command.ts";
import type { Draft } from "../draft.ts";
import { own } from "../records.ts";
import { findRule, locateRule } from "./rule-at.ts";
import { failRule, succeedRule } from "./rule-end.ts";

type RuleTimer = Extract<Timer, { kind: "ruleTimeout" | "windowOpens" }>;

/** @returns whether the timer was still running */
export function ruleTimerFired(draft: Draft, timer: RuleTimer): boolean {
  const { id, executionId, stage, ruleExecutionId } = timer;
  const found = findRule(own(draft.find(executionId)?.runs, stage), ruleExecutionId);
  if (found === undefined) return false;
  const { kind, name, rule } = found;
  const at = locateRule(draft, executionId, stage, kind, name);
  if (timer.kind === "windowOpens") {
    if (rule.windowTimer !== id) return false;
    succeedRule(draft, at);
    return true;
  }
  if (rule.timer !== id) return false;
  if (rule.job !== undefined) draft.effects.push({ type: "jobEnded", jobId: rule.job.id, how: "TimedOut" });
  const minutes = Math.round((timer.due - rule.startedAt) / 60_000);
  const error = { code: "JobFailed", message: `The rule timed out after ${minutes} minutes.` };
  failRule(draft, at, { error, unevaluated: true });
  return true;
}
