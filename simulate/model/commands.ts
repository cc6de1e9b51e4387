/** What callers ask of a pipeline, told again. Each answers why it is refused, or undefined when it was done. */
import type { Definition } from "../../src/core/engine/index.ts";
import { begin, close, declared, passed } from "./conditions.ts";
import { cancel, inRun, settle, updated } from "./line.ts";
import { type Model, runOf } from "./model.ts";
import { type Attempt, type Execution, isMoving, type Run } from "./parts.ts";
import { abandonAll, advance, again, endAction, rollBack, succeed } from "./stage.ts";

export type Refused = string | undefined;

/** E1.4, E1.6, E2.12, E4.1 */
export function start(
  model: Model,
  origin: "caller" | "trigger",
  given: Readonly<Record<string, string>>,
): Refused {
  const { mode, variables: declaredVariables, stages } = model.definition;
  const full = mode !== "SUPERSEDED" && model.counted >= model.limit;
  if (full && origin === "caller") return "ConcurrentExecutionsLimitExceeded";
  const values = declaredVariables.map(
    ({ name, defaultValue }) => [name, given[name] ?? defaultValue] as const,
  );
  const missing = values.filter(([, value]) => value === undefined).map(([name]) => name);
  const known = values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const execution = model.begin("STANDARD", Object.fromEntries(known), undefined);
  const failure = full
    ? `The limit of ${model.limit} concurrent executions was reached.`
    : missing.length > 0
      ? `Values for required variables haven't been provided: ${missing.join(",")}`
      : undefined;
  if (failure !== undefined) {
    execution.ended = "Failed";
    execution.summary = failure;
    model.tell(execution, "pipeline", "FAILED");
  } else model.arrivals.push({ execution, stage: stages[0]?.name ?? "" });
  return done(model);
}

/** E6 */
export function stop(model: Model, execution: Execution | undefined, abandon: boolean): Refused {
  if (execution === undefined || !model.isLive(execution)) return "PipelineExecutionNotStoppable";
  const stopping = model.status(execution) === "Stopping";
  if (stopping && !abandon) return "DuplicatedStopRequest";
  execution.stop = abandon ? "abandon" : "wait";
  const run = inRun(execution);
  if (run === undefined) {
    execution.waits = undefined;
    execution.ended = "Stopped";
    model.tell(execution, "pipeline", "STOPPED");
    return done(model);
  }
  const working = [...run.actions.values()].some(({ status }) => isMoving(status));
  if (working && !stopping) {
    model.tell(execution, "pipeline", "STOPPING");
    model.tell(execution, `stage ${run.stage}`, "STOPPING");
  }
  closeAll(run, "Abandoned");
  if (abandon) abandonAll(model, execution, run, "all", "ABANDONED");
  advance(model, execution, run);
  return done(model);
}

function closeAll(run: Run, status: "Abandoned" | "Cancelled"): void {
  for (const condition of run.conditions.values()) {
    if (isMoving(condition.status)) close(condition, status);
  }
}

/** E7.1 to E7.6 */
export function retry(
  model: Model,
  execution: Execution | undefined,
  stage: string,
  mode: "FAILED_ACTIONS" | "ALL_ACTIONS",
): Refused {
  if (!model.has(stage)) return "StageNotFound";
  const run = execution && runOf(execution, stage);
  if (execution === undefined || run === undefined) return "StageNotRetryable";
  if (model.isOutdated(execution)) return "StageNotRetryable";
  if (execution.mode !== "PARALLEL" && model.latest.get(stage) !== execution)
    return "NotLatestPipelineExecution";
  if (!isRetryable(model, execution, run, mode)) return "StageNotRetryable";
  if (isFull(model, execution)) return "ConcurrentExecutionsLimitExceeded";
  revive(model, execution, run);
  run.manual += 1;
  const entry = run.conditions.get("BEFORE_ENTRY");
  if (entry !== undefined && entry.status !== "Succeeded" && entry.status !== "Overridden") {
    if (mode === "ALL_ACTIONS") run.actions = new Map();
    run.conditions.clear();
    begin(model, execution, run, "BEFORE_ENTRY");
  } else {
    closeAll(run, "Abandoned");
    again(model, execution, run, mode);
  }
  return done(model);
}

function isRetryable(model: Model, execution: Execution, run: Run, mode: string): boolean {
  if (run.status === "Failed" || run.status === "Stopped") return true;
  if (run.status !== "InProgress" || model.status(execution) === "Stopping") return false;
  const actions = [...run.actions.values()];
  if (mode === "ALL_ACTIONS" && actions.some(({ status }) => isMoving(status))) return false;
  return actions.some(({ status }) => status === "Failed");
}

/** Rollbacks aren't counted, and so not refused (E2.12). */
function isFull(model: Model, execution: Execution): boolean {
  const counts = execution.type === "STANDARD" && execution.mode !== "SUPERSEDED";
  return counts && !model.isLive(execution) && model.counted >= model.limit;
}

function revive(model: Model, execution: Execution, run: Run): void {
  execution.stop = undefined;
  execution.summary = undefined;
  execution.attempt += 1;
  run.status = "InProgress";
  run.failedBy = undefined;
  run.rolledBack = false;
  model.tell(execution, "pipeline", "RESUMED");
  model.tell(execution, `stage ${run.stage}`, "RESUMED");
}

/** E8.3 */
export function rollBackTo(model: Model, stage: string, target: Execution | undefined): Refused {
  if (!model.has(stage)) return "StageNotFound";
  if (target === undefined) return "PipelineExecutionNotFound";
  if (model.isOutdated(target)) return "PipelineExecutionOutdated";
  if (target.type === "ROLLBACK" || runOf(target, stage)?.status !== "Succeeded")
    return "UnableToRollbackStage";
  const rolling = model.executions.some(
    (one) => one.type === "ROLLBACK" && model.isLive(one) && runOf(one, stage) !== undefined,
  );
  const locked = model.definition.mode !== "PARALLEL" && model.holder(stage) !== undefined;
  if (rolling || locked) return "UnableToRollbackStage";
  rollBack(model, stage, target);
  return done(model);
}

/** E9.12 */
export function override(
  model: Model,
  execution: Execution | undefined,
  stage: string,
  kind: "BEFORE_ENTRY" | "ON_SUCCESS",
): Refused {
  if (!model.has(stage)) return "StageNotFound";
  const run = execution && runOf(execution, stage);
  if (execution === undefined || run === undefined) {
    const { beforeEntry, onSuccess } = model.definition.stages.find(({ name }) => name === stage) ?? {};
    const known = kind === "BEFORE_ENTRY" ? beforeEntry : onSuccess;
    return known === undefined ? "ConditionNotOverridable" : "NotLatestPipelineExecution";
  }
  // What it runs is the declaration of its own version.
  if (declared(model, execution, stage, kind) === undefined) return "ConditionNotOverridable";
  const isLatest = execution.mode === "PARALLEL" ? !run.rolledBack : model.latest.get(stage) === execution;
  if (!isLatest) return "NotLatestPipelineExecution";
  const condition = run.conditions.get(kind);
  if (condition === undefined) return "ConditionNotOverridable";
  if (declared(model, execution, stage, kind)?.result === "SKIP") return "ConditionNotOverridable";
  const failed = run.status === "Failed" && run.failedBy === kind;
  if (failed && model.isOutdated(execution)) return "ConditionNotOverridable";
  if (!failed && condition.status !== "InProgress") return "ConditionNotOverridable";
  if (failed && isFull(model, execution)) return "ConcurrentExecutionsLimitExceeded";
  if (failed) revive(model, execution, run);
  close(condition, "Overridden");
  if (kind === "BEFORE_ENTRY") passed(model, execution, run, kind);
  else succeed(model, execution, run);
  return done(model);
}

/** E2.7, E2.8 */
export function setTransition(
  model: Model,
  stage: string,
  direction: "Inbound" | "Outbound",
  enabled: boolean,
): Refused {
  const flags = model.has(stage) ? model.flags.get(stage) : undefined;
  if (flags === undefined) return "StageNotFound";
  const flag = direction === "Inbound" ? "inbound" : "outbound";
  // Enabling what is enabled does nothing, while disabling again replaces reason and time.
  if (enabled && flags[flag]) return undefined;
  flags[flag] = enabled;
  return done(model);
}

/** E5.2, E5.3. @param attempt that the token belongs to */
export function answer(
  model: Model,
  execution: Execution,
  run: Run,
  action: string,
  attempt: Attempt,
  approved: boolean,
): Refused {
  if (attempt.answered) return "ApprovalAlreadyCompleted";
  if (!isMoving(attempt.status)) return "InvalidApprovalToken";
  attempt.answered = true;
  endAction(model, execution, run, action, approved ? "Succeeded" : "Failed");
  advance(model, execution, run);
  return done(model);
}

/** E11.1 to E11.6 */
export function update(model: Model, definition: Definition): Refused {
  model.definitions.set(definition.version, definition);
  model.current = definition.version;
  for (const { name } of definition.stages) {
    if (!model.flags.has(name)) model.flags.set(name, { inbound: true, outbound: true });
  }
  for (const execution of model.executions) {
    if (!model.isLive(execution) || execution.mode === "PARALLEL" || execution.cutBy !== undefined) continue;
    const run = inRun(execution);
    if (run === undefined) cancel(model, execution, updated(definition.version));
    else {
      execution.cutBy = definition.version;
      closeAll(run, "Cancelled");
      abandonAll(model, execution, run, "approvals", "CANCELED");
      advance(model, execution, run);
    }
  }
  for (const name of [...model.flags.keys()]) if (!model.has(name)) model.flags.delete(name);
  for (const name of [...model.latest.keys()]) if (!model.has(name)) model.latest.delete(name);
  return done(model);
}

/** E11.7 */
export function remove(model: Model): void {
  for (const execution of model.executions) {
    if (!model.isLive(execution)) continue;
    const run = inRun(execution);
    if (run !== undefined) {
      closeAll(run, "Abandoned");
      abandonAll(model, execution, run, "all", "ABANDONED");
      run.status = "Cancelled";
      model.tell(execution, `stage ${run.stage}`, "CANCELED");
    }
    cancel(model, execution, undefined);
  }
}

/** The last step of every command (Terms, "Settle"). */
export function done(model: Model): undefined {
  settle(model);
  model.seen = model.now;
  return undefined;
}
