/** E2 told again: arriving, waiting, entering, settling. */
import { begin } from "./conditions.ts";
import type { Model } from "./model.ts";
import type { Execution, Run } from "./parts.ts";
import { advance } from "./stage.ts";

const THIRTY_DAYS = 30 * 24 * 60 * 60 * 1000;

/** Somebody let in, as long as there is somebody; then the timers of those that wait at a disabled boundary (E2.9). */
export function settle(model: Model): void {
  for (;;) {
    const arrived = model.arrivals.shift();
    if (arrived !== undefined) arrive(model, arrived.execution, arrived.stage);
    else if (!letOneIn(model)) break;
  }
  for (const execution of model.executions) {
    const { waits } = execution;
    if (waits === undefined) continue;
    if (!isHeldBack(model, execution, waits.stage)) waits.due = undefined;
    else waits.due ??= model.now + THIRTY_DAYS;
  }
}

function letOneIn(model: Model): boolean {
  const names = model.definition.stages.map(({ name }) => name).reverse();
  const removed = [...new Set(model.executions.flatMap(({ waits }) => waits?.stage ?? []))].filter(
    (name) => !names.includes(name),
  );
  for (const stage of [...names, ...removed]) {
    const next = model.waiting(stage).find((one) => mayEnter(model, one, stage));
    if (next === undefined) continue;
    enter(model, next, stage);
    return true;
  }
  return false;
}

function arrive(model: Model, execution: Execution, stage: string): void {
  if (mayEnter(model, execution, stage)) {
    enter(model, execution, stage);
    return;
  }
  execution.waits = { stage, due: undefined };
  // E2.5: one place before each stage.
  if (execution.mode !== "SUPERSEDED") return;
  const rivals = model.waiting(stage).filter(({ mode }) => mode === "SUPERSEDED");
  const newest = Math.max(...rivals.map(({ seq }) => seq));
  for (const one of rivals) {
    if (one.seq === newest) continue;
    one.waits = undefined;
    one.ended = "Superseded";
    model.tell(one, "pipeline", "SUPERSEDED");
  }
}

/** E2.3 */
function mayEnter(model: Model, execution: Execution, stage: string): boolean {
  if (model.status(execution) !== "InProgress" || isHeldBack(model, execution, stage)) return false;
  if (execution.mode === "PARALLEL") return true;
  if (model.isOutdated(execution) || model.holder(stage) !== undefined) return false;
  if (execution.mode === "SUPERSEDED") return true;
  return !model.waiting(stage).some(({ mode, seq }) => mode === "QUEUED" && seq < execution.seq);
}

export function isHeldBack(model: Model, execution: Execution, stage: string): boolean {
  if (!model.has(stage)) return false;
  const names = model.stagesOf(execution).map(({ name }) => name);
  const before = names[names.indexOf(stage) - 1];
  const outbound = before === undefined ? undefined : model.flags.get(before)?.outbound;
  return model.flags.get(stage)?.inbound === false || outbound === false;
}

/** The lock is who is in the stage, so entering is taking it. */
export function enter(model: Model, execution: Execution, stage: string): void {
  execution.waits = undefined;
  const run: Run = {
    stage,
    status: "InProgress",
    actions: new Map(),
    attempts: new Map(),
    manual: 0,
    automatic: 0,
    conditions: new Map(),
    evaluations: new Map(),
    failedBy: undefined,
    rolledBack: false,
    succeeded: undefined,
  };
  execution.runs.push(run);
  model.latest.set(stage, execution);
  model.tell(execution, `stage ${stage}`, "STARTED");
  const { beforeEntry } = model.stageOf(execution, stage);
  if (beforeEntry !== undefined && execution.type === "STANDARD")
    begin(model, execution, run, "BEFORE_ENTRY");
  else advance(model, execution, run);
}

/** The run is over and done well (E2.13, E11.4, E8.1). */
export function goOn(model: Model, execution: Execution, run: Run): void {
  const names = model.stagesOf(execution).map(({ name }) => name);
  const next = names[names.indexOf(run.stage) + 1];
  if (execution.type === "ROLLBACK" || next === undefined) model.tell(execution, "pipeline", "SUCCEEDED");
  else if (execution.cutBy !== undefined) cancel(model, execution, updated(execution.cutBy));
  else model.arrivals.push({ execution, stage: next });
}

export function cancel(model: Model, execution: Execution, summary: string | undefined): void {
  execution.waits = undefined;
  execution.ended = "Cancelled";
  execution.summary = summary ?? execution.summary;
  model.tell(execution, "pipeline", "CANCELED");
}

export function updated(version: number): string {
  return `The pipeline was updated to version ${version} before the execution could complete.`;
}

export function inRun(execution: Execution): Run | undefined {
  return execution.runs.find(({ status }) => status === "InProgress");
}
