/** E3, E7.8 and E8.4 to E8.6 told again: how a stage run goes on, and how it ends. */
import type { ActionDefinition } from "../../src/core/engine/index.ts";
import { begin } from "./conditions.ts";
import { enter, goOn, updated } from "./line.ts";
import { isBusy, type Model, runOf } from "./model.ts";
import type { Attempt, Execution, Job, Run } from "./parts.ts";
import { resolve } from "./resolve.ts";

/** Nothing happens while something in the run is at work. */
export function advance(model: Model, execution: Execution, run: Run): void {
  while (run.status === "InProgress" && !isBusy(run)) step(model, execution, run);
}

function step(model: Model, execution: Execution, run: Run): void {
  if (execution.stop !== undefined) {
    run.status = "Stopped";
    model.tell(execution, `stage ${run.stage}`, "STOPPED");
    model.tell(execution, "pipeline", "STOPPED");
    return;
  }
  const { actions, onSuccess } = model.stageOf(execution, run.stage);
  const group = openGroup(actions, run);
  const judged = execution.type === "STANDARD" && onSuccess !== undefined;
  if (execution.cutBy !== undefined && (group.length > 0 || judged)) {
    run.status = "Cancelled";
    model.tell(execution, `stage ${run.stage}`, "CANCELED");
    execution.summary = updated(execution.cutBy);
    model.tell(execution, "pipeline", "CANCELED");
  } else if (group.length > 0 && group.some(({ name }) => run.actions.has(name)))
    failed(model, execution, run);
  else if (group.length > 0) startAll(model, execution, run, group);
  else if (judged && run.conditions.get("ON_SUCCESS") === undefined)
    begin(model, execution, run, "ON_SUCCESS");
  else succeed(model, execution, run);
}

/** The actions of the lowest group that isn't wholly Succeeded. */
export function openGroup(actions: readonly ActionDefinition[], run: Run): ActionDefinition[] {
  const open = actions.filter(({ name }) => run.actions.get(name)?.status !== "Succeeded");
  const lowest = Math.min(...open.map(({ runOrder }) => runOrder));
  return actions.filter(({ runOrder }) => runOrder === lowest);
}

export function succeed(model: Model, execution: Execution, run: Run): void {
  run.status = "Succeeded";
  model.successes += 1;
  run.succeeded = model.successes;
  model.tell(execution, `stage ${run.stage}`, "SUCCEEDED");
  goOn(model, execution, run);
}

/** Actions have failed, and nothing is at work any more (E9.9). */
function failed(model: Model, execution: Execution, run: Run): void {
  const onFailure = model.stageOf(execution, run.stage).onFailure;
  if (execution.type === "ROLLBACK" || onFailure === undefined) fail(model, execution, run, "actions");
  else if (onFailure.result === "ROLLBACK") failAndRollBack(model, execution, run, "actions");
  else if (onFailure.result === "RETRY") {
    if (run.automatic > 0) fail(model, execution, run, "actions");
    else {
      run.automatic = 1;
      execution.attempt += 1;
      model.tell(execution, `stage ${run.stage}`, "RESUMED");
      again(model, execution, run, onFailure.retryMode);
    }
  } else begin(model, execution, run, "ON_FAILURE");
}

/** Starts what a retry starts (E7.4, E7.5); exit conditions are forgotten (E7.6). */
export function again(
  model: Model,
  execution: Execution,
  run: Run,
  mode: "FAILED_ACTIONS" | "ALL_ACTIONS",
): void {
  run.conditions.delete("ON_SUCCESS");
  run.conditions.delete("ON_FAILURE");
  if (mode === "ALL_ACTIONS") run.actions = new Map();
  const open = openGroup(model.stageOf(execution, run.stage).actions, run).filter(({ name }) => {
    const status = run.actions.get(name)?.status;
    return status !== "Succeeded" && status !== "InProgress";
  });
  startAll(model, execution, run, open);
  advance(model, execution, run);
}

export function fail(model: Model, execution: Execution, run: Run, by: Run["failedBy"]): void {
  run.status = "Failed";
  run.failedBy = by;
  model.tell(execution, `stage ${run.stage}`, "FAILED");
  model.tell(execution, "pipeline", "FAILED");
}

/** E8.4, E8.6 */
export function failAndRollBack(model: Model, execution: Execution, run: Run, by: Run["failedBy"]): void {
  const target = model.isOutdated(execution) ? undefined : inForce(model, run.stage);
  if (target === undefined) {
    execution.summary = `Stage '${run.stage}' has no successful execution in pipeline version ${model.current} to roll back to.`;
  }
  fail(model, execution, run, by);
  run.rolledBack = target !== undefined;
  if (target !== undefined) rollBack(model, run.stage, target);
}

function inForce(model: Model, stage: string): Execution | undefined {
  const done = model.executions
    .filter((one) => !model.isOutdated(one) && runOf(one, stage)?.status === "Succeeded")
    .sort((a, b) => (runOf(b, stage)?.succeeded ?? 0) - (runOf(a, stage)?.succeeded ?? 0));
  return done[0]?.target ?? done[0];
}

/** E8.1, E8.2: it enters at once. */
export function rollBack(model: Model, stage: string, target: Execution): Execution {
  const execution = model.begin("ROLLBACK", target.variables, target);
  enter(model, execution, stage);
  return execution;
}

function startAll(model: Model, execution: Execution, run: Run, group: readonly ActionDefinition[]): void {
  for (const action of group) startAction(model, execution, run, action);
}

function startAction(model: Model, execution: Execution, run: Run, action: ActionDefinition): void {
  const number = (run.attempts.get(action.name) ?? 0) + 1;
  run.attempts.set(action.name, number);
  const { missing, configuration, inputs, far } = resolve(model, execution, run.stage, action);
  const approval = action.type.category === "Approval";
  const attempt: Attempt = {
    number,
    status: "InProgress",
    approval,
    answered: false,
    job: approval ? undefined : newJob(0, { copies: far }),
    due: model.now + action.timeoutMinutes * 60_000,
    error: undefined,
    variables: {},
    configuration,
    inputs,
  };
  run.actions.set(action.name, attempt);
  tellAction(model, execution, run, action.name, "STARTED");
  if (missing) endAction(model, execution, run, action.name, "Failed");
}

/** It is Created until nothing holds it any more (E3.9). */
export function newJob(
  losses: number,
  held: { readonly until?: number | undefined; readonly copies?: readonly string[] } = {},
): Job {
  const copies = new Set(held.copies);
  return {
    status: held.until !== undefined || copies.size > 0 ? "Created" : "Queued",
    losses,
    copies,
    releasedAt: held.until,
    leaseUntil: undefined,
    replyBy: undefined,
    handedOut: false,
    end: undefined,
  };
}

export function endAction(
  model: Model,
  execution: Execution,
  run: Run,
  action: string,
  status: "Succeeded" | "Failed" | "Abandoned",
  event = status.toUpperCase(),
): void {
  const attempt = run.actions.get(action);
  if (attempt === undefined) throw new Error(`${action} never started`);
  attempt.status = status;
  if (attempt.job !== undefined) attempt.job.end ??= "Closed";
  attempt.job = undefined;
  attempt.due = undefined;
  tellAction(model, execution, run, action, event);
}

function tellAction(model: Model, execution: Execution, run: Run, action: string, state: string): void {
  model.tell(execution, `action ${run.stage}/${action}#${run.attempts.get(action)}`, state);
}

/** Takes what is in progress away from whoever works at it (E6.2, E11.2). An approval is closed as Failed (E5.5). */
export function abandonAll(
  model: Model,
  execution: Execution,
  run: Run,
  which: "all" | "approvals",
  event: "ABANDONED" | "CANCELED",
): void {
  for (const [name, { status, approval }] of run.actions) {
    if (status !== "InProgress" || (which === "approvals" && !approval)) continue;
    endAction(model, execution, run, name, approval ? "Failed" : "Abandoned", event);
  }
}
