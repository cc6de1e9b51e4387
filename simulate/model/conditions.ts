/** E9 told again. */
import type { ConditionDefinition, ConditionKind, RuleDefinition } from "../../src/core/engine/index.ts";
import { goOn } from "./line.ts";
import type { Model } from "./model.ts";
import { type Condition, type Execution, isMoving, type Rule, type Run } from "./parts.ts";
import { resolve } from "./resolve.ts";
import { advance, fail, failAndRollBack, newJob, succeed } from "./stage.ts";

const MINUTE = 60_000;

export function declared(
  model: Model,
  execution: Execution,
  stage: string,
  kind: ConditionKind,
): ConditionDefinition | undefined {
  const { beforeEntry, onSuccess, onFailure } = model.stageOf(execution, stage);
  if (kind === "BEFORE_ENTRY") return beforeEntry;
  if (kind === "ON_SUCCESS") return onSuccess;
  return onFailure?.result === undefined ? onFailure?.condition : undefined;
}

/** All rules start together (E9.2). */
export function begin(model: Model, execution: Execution, run: Run, kind: ConditionKind): void {
  const evaluation = (run.evaluations.get(kind) ?? 0) + 1;
  run.evaluations.set(kind, evaluation);
  const condition: Condition = { status: "InProgress", evaluation, rules: [] };
  run.conditions.set(kind, condition);
  let errored = false;
  for (const rule of declared(model, execution, run.stage, kind)?.rules ?? []) {
    const started = startRule(model, execution, run, rule);
    // In their order: with the first that fails at once the rest is given up (E9.3).
    const over = condition.rules.some(({ status }) => status === "Failed");
    condition.rules.push(over ? { ...started.rule, status: "InProgress" } : started.rule);
    errored ||= !over && started.errored;
  }
  judge(model, execution, run, kind, errored);
}

function startRule(
  model: Model,
  execution: Execution,
  { stage }: Run,
  rule: RuleDefinition,
): { rule: Rule; errored: boolean } {
  const { name, type, timeoutMinutes } = rule;
  const { missing, configuration, far } = resolve(model, execution, stage, rule);
  const started: Rule = { name, status: "InProgress", job: undefined, due: undefined, opensAt: undefined };
  if (missing) return { rule: { ...started, status: "Failed" }, errored: true };
  if (type.provider === "VariableCheck") {
    const equal = configuration.Variable === configuration.Value;
    return { rule: { ...started, status: equal ? "Succeeded" : "Failed" }, errored: false };
  }
  if (type.provider === "DeploymentWindow") {
    const minute = Number(configuration.Cron?.split(" ")[1]);
    const opensAt = nextMinute(model.now, minute);
    if (opensAt <= model.now) return { rule: { ...started, status: "Succeeded" }, errored: false };
    const due = model.now + (timeoutMinutes ?? 30 * 24 * 60) * MINUTE;
    return { rule: { ...started, opensAt, due }, errored: false };
  }
  const due = model.now + (timeoutMinutes ?? 60) * MINUTE;
  return { rule: { ...started, job: newJob(0, { copies: far }), due }, errored: false };
}

/** The simulation's windows open in one minute of each hour, `0 <minute> * * * ?`. */
function nextMinute(now: number, minute: number): number {
  const start = Math.floor(now / MINUTE) * MINUTE;
  for (let at = start; ; at += MINUTE)
    if (new Date(at).getUTCMinutes() === minute) return Math.max(at, at === start ? now : at);
}

/** A rule has ended: with the first failure the condition has failed, with the last success it has succeeded (E9.3). */
export function judge(
  model: Model,
  execution: Execution,
  run: Run,
  kind: ConditionKind,
  errored: boolean,
): void {
  const condition = run.conditions.get(kind);
  if (condition?.status !== "InProgress") return;
  const { rules } = condition;
  if (rules.some(({ status }) => status === "Failed")) {
    condition.status = errored ? "Errored" : "Failed";
    close(condition, condition.status);
    engage(model, execution, run, kind);
  } else if (rules.every(({ status }) => status === "Succeeded")) {
    condition.status = "Succeeded";
    passed(model, execution, run, kind);
  }
}

/** Ends a condition and what of it is still at work. */
export function close(condition: Condition, status: Condition["status"]): void {
  condition.status = status;
  for (const rule of condition.rules) {
    if (isMoving(rule.status)) rule.status = "Abandoned";
    if (rule.job !== undefined) rule.job.end ??= "Closed";
    rule.job = undefined;
    rule.due = undefined;
    rule.opensAt = undefined;
  }
}

export function passed(model: Model, execution: Execution, run: Run, kind: ConditionKind): void {
  if (kind === "BEFORE_ENTRY") advance(model, execution, run);
  else if (kind === "ON_SUCCESS") succeed(model, execution, run);
  else fail(model, execution, run, "actions");
}

/** The condition failed: its result engages (E9.4). */
function engage(model: Model, execution: Execution, run: Run, kind: ConditionKind): void {
  const result = declared(model, execution, run.stage, kind)?.result;
  const by = kind === "ON_FAILURE" ? "actions" : kind;
  if (result === "ROLLBACK") failAndRollBack(model, execution, run, by);
  else if (result === "SKIP") {
    run.status = "Skipped";
    model.tell(execution, `stage ${run.stage}`, "SKIPPED");
    goOn(model, execution, run);
  } else fail(model, execution, run, by);
}
