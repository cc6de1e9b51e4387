/** A rule ends once, and with it perhaps its condition (E9.3). */
import type { ActionError } from "../command.ts";
import { cancelCopies } from "../copy-rows.ts";
import type { ConditionKind } from "../definition.ts";
import type { Draft } from "../draft.ts";
import type { RuleChange } from "../effect.ts";
import type { ConditionStatus, RuleStatus } from "../state.ts";
import { cancelJobTimers, cancelTimer } from "../timer-rows.ts";
import { conditionInProgress, saveCondition } from "./evaluations.ts";
import { conditionAt, locateRule, type RuleAt, ruleAt, saveRuleAt } from "./rule-at.ts";

/** Why a rule failed; it couldn't be evaluated where it isn't the rule that said no (E9.5). */
export interface RuleFailure {
  readonly error: ActionError;
  readonly externalExecutionId?: string;
  /** In spite of JobFailed it is no verdict: time ran out, or an input wasn't there. */
  readonly unevaluated?: true;
}

export function succeedRule(draft: Draft, at: RuleAt, change: Omit<RuleChange, "status"> = {}): void {
  endRule(draft, at, "Succeeded", change);
  const { rules } = conditionAt(draft, at);
  if (Object.values(rules).every(({ status }) => status === "Succeeded")) setStatus(draft, at, "Succeeded");
}

/** The condition fails at once, and the rules beside it have nothing left to decide. */
export function failRule(draft: Draft, at: RuleAt, { unevaluated, ...change }: RuleFailure): void {
  endRule(draft, at, "Failed", change);
  const { code, message } = change.error;
  const status = code === "JobFailed" && !unevaluated ? "Failed" : "Errored";
  abandonRules(draft, at);
  setStatus(draft, at, status, `Rule '${at.definition.name}': ${message}`);
}

/** Ends a condition that is at work without a verdict: by a stop, a retry, an override or an update (E9.3). */
export function endCondition(
  draft: Draft,
  executionId: string,
  stage: string,
  status: Extract<ConditionStatus, "Overridden" | "Abandoned" | "Cancelled">,
): void {
  const kind = conditionInProgress(draft.run(executionId, stage));
  if (kind === undefined) return;
  abandonRules(draft, { executionId, stage, kind });
  setStatus(draft, { executionId, stage, kind }, status);
}

interface ConditionPlace {
  readonly executionId: string;
  readonly stage: string;
  readonly kind: ConditionKind;
}

function abandonRules(draft: Draft, at: ConditionPlace): void {
  for (const [name, { status, job }] of Object.entries(conditionAt(draft, at).rules)) {
    if (status !== "InProgress") continue;
    if (job !== undefined) draft.effects.push({ type: "jobEnded", jobId: job.id, how: "closed" });
    endRule(draft, locateRule(draft, at.executionId, at.stage, at.kind, name), "Abandoned", {});
  }
}

/** Its timers and copies go; its job is the caller's matter. */
function endRule(
  draft: Draft,
  at: RuleAt,
  status: Exclude<RuleStatus, "InProgress">,
  change: Omit<RuleChange, "status">,
): void {
  const rule = ruleAt(draft, at);
  const { id, startedAt, timer, windowTimer, job } = rule;
  cancelTimer(draft, timer);
  cancelTimer(draft, windowTimer);
  cancelJobTimers(draft, job);
  cancelCopies(draft, rule);
  saveRuleAt(draft, at, { id, status, startedAt });
  draft.effects.push({
    type: "ruleChanged",
    ruleExecutionId: id,
    at: draft.env.now,
    change: { status, ...change },
  });
}

/** E12.7: texts that are shown are short. */
const MAX_SUMMARY = 2048;

function setStatus(draft: Draft, at: ConditionPlace, status: ConditionStatus, summary?: string): void {
  saveCondition(draft, at.executionId, at.stage, at.kind, {
    ...conditionAt(draft, at),
    status,
    changedAt: draft.env.now,
    ...(summary !== undefined && { summary: summary.slice(0, MAX_SUMMARY) }),
  });
}
