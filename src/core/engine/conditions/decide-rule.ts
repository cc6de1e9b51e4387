/** What a rule does first: some the engine decides itself, all others are jobs (E9.5). */
import { requestCopies } from "../copy-rows.ts";
import type { Draft } from "../draft.ts";
import type { Resolved } from "../resolve.ts";
import { checkVariable } from "../rules/variable-check.ts";
import { nextOpening } from "../rules/window.ts";
import { setTimer } from "../timer-rows.ts";
import { type RuleAt, ruleAt, saveRuleAt } from "./rule-at.ts";
import { failRule, succeedRule } from "./rule-end.ts";
import { giveRuleJob } from "./rule-jobs.ts";
import { ruleTimeoutMinutes } from "./time-out.ts";

export function decideRule(draft: Draft, at: RuleAt, resolved: Resolved): void {
  if (resolved.error !== undefined) {
    failRule(draft, at, { error: resolved.error });
    return;
  }
  const { owner, provider } = at.definition.type;
  switch (owner === "AWS" ? provider : undefined) {
    case "VariableCheck": {
      const verdict = checkVariable(resolved.configuration);
      if (verdict.status === "Succeeded") succeedRule(draft, at);
      else failRule(draft, at, verdict);
      return;
    }
    case "DeploymentWindow":
      awaitWindow(draft, at, resolved);
      return;
    default:
      setTimeOut(draft, at, resolved);
      askForCopies(draft, at, resolved);
      giveRuleJob(draft, at, resolved, { losses: 0 });
  }
}

/** E3.7 */
function askForCopies(draft: Draft, at: RuleAt, { inputs }: Resolved): void {
  const { executionId, stage, definition } = at;
  const rule = ruleAt(draft, at);
  const place = { executionId, stage, action: definition.name, actionExecutionId: rule.id };
  const copies = requestCopies(draft, place, definition.region, inputs);
  if (copies !== undefined) saveRuleAt(draft, at, { ...rule, ...copies });
}

/** Succeeds while the window is open, else waits until it opens (E9.15). */
function awaitWindow(draft: Draft, at: RuleAt, resolved: Resolved): void {
  const next = nextOpening(resolved.configuration, draft.env.now);
  if ("error" in next) {
    failRule(draft, at, next);
    return;
  }
  if (next.opensAt <= draft.env.now) {
    succeedRule(draft, at);
    return;
  }
  setTimeOut(draft, at, resolved);
  const windowTimer = setRuleTimer(draft, at, "windowOpens", next.opensAt);
  saveRuleAt(draft, at, { ...ruleAt(draft, at), windowTimer });
}

function setTimeOut(draft: Draft, at: RuleAt, { configuration }: Resolved): void {
  const minutes = ruleTimeoutMinutes(at.definition, configuration);
  const timer = setRuleTimer(draft, at, "ruleTimeout", draft.env.now + minutes * 60_000);
  saveRuleAt(draft, at, { ...ruleAt(draft, at), timer });
}

function setRuleTimer(draft: Draft, at: RuleAt, kind: "ruleTimeout" | "windowOpens", due: number): string {
  const { executionId, stage, kind: condition, definition } = at;
  const ruleExecutionId = ruleAt(draft, at).id;
  return setTimer(draft, {
    kind,
    executionId,
    stage,
    condition,
    rule: definition.name,
    ruleExecutionId,
    due,
  });
}
