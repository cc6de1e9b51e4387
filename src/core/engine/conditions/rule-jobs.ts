/** Jobs of rules, under the same protocol as those of actions (E9.5). */
import type { EndedJob } from "../command.ts";
import { isCopying } from "../copy-rows.ts";
import type { Draft } from "../draft.ts";
import { MAX_LOSSES, type NextJob, openJob } from "../open-job.ts";
import { type Resolved, resolve } from "../resolve.ts";
import { cancelJobTimers } from "../timer-rows.ts";
import { workOfRule } from "../work.ts";
import { type RuleAt, ruleAt, saveRuleAt } from "./rule-at.ts";
import { failRule, succeedRule } from "./rule-end.ts";
import { ruleTimeoutMinutes } from "./time-out.ts";

export function giveRuleJob(draft: Draft, at: RuleAt, resolved: Resolved, next: NextJob): void {
  const { executionId, stage, kind: condition, definition } = at;
  const rule = ruleAt(draft, at);
  const place = { executionId, stage, action: definition.name, actionExecutionId: rule.id };
  const work = workOfRule(
    draft,
    draft.execution(executionId),
    {
      definition,
      condition,
      startedAt: rule.startedAt,
      timeoutMinutes: ruleTimeoutMinutes(definition, resolved.configuration),
      copies: rule.copies ?? [],
    },
    resolved,
  );
  const job = openJob(draft, place, definition.type, work, { ...next, copying: isCopying(rule) });
  saveRuleAt(draft, at, { ...rule, job });
}

/** What a job's report does to its rule; outputs and variables of rules aren't kept. */
export function ruleReported(draft: Draft, at: RuleAt, command: EndedJob): void {
  const losses = ruleAt(draft, at).job?.losses ?? 0;
  switch (command.type) {
    case "jobSucceeded":
      succeedRule(draft, at, shown(command.details));
      break;
    case "jobContinued": {
      const { continuationToken, delay } = command;
      const change = shown(command.details);
      const ruleExecutionId = ruleAt(draft, at).id;
      draft.effects.push({ type: "ruleChanged", ruleExecutionId, at: draft.env.now, change });
      giveNextJob(draft, at, { losses, continuationToken, delay });
      break;
    }
    case "jobFailed": {
      const { error, externalExecutionId } = command;
      failRule(draft, at, { error, ...(externalExecutionId !== undefined && { externalExecutionId }) });
      break;
    }
    case "jobLost":
      draft.effects.push({ type: "jobEnded", jobId: command.jobId, how: "TimedOut" });
      redeliver(draft, at, losses + 1, command.continuationToken);
      break;
  }
}

/** A worker that died: the rule is asked again, in a new job (E3.15). */
function redeliver(draft: Draft, at: RuleAt, losses: number, continuationToken: string | undefined): void {
  if (losses >= MAX_LOSSES) {
    const message = `The worker running this rule was lost ${MAX_LOSSES} times`;
    failRule(draft, at, { error: { code: "SystemUnavailable", message } });
    return;
  }
  giveNextJob(draft, at, { losses, ...(continuationToken !== undefined && { continuationToken }) });
}

/** With the same work as before: what it is resolved from can't change while the rule is at work (E4.6). */
function giveNextJob(draft: Draft, at: RuleAt, next: NextJob): void {
  cancelJobTimers(draft, ruleAt(draft, at).job);
  giveRuleJob(draft, at, resolve(draft, draft.execution(at.executionId), at.definition), next);
}

function shown({ summary, externalExecutionId }: { summary?: string; externalExecutionId?: string }) {
  return {
    ...(summary !== undefined && { summary }),
    ...(externalExecutionId !== undefined && { externalExecutionId }),
  };
}
