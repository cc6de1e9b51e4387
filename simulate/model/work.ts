/** E3.7 and E3.10 to E3.15 told again: what copies and workers report. */
import type { ConditionKind } from "../../src/core/engine/index.ts";
import { done } from "./commands.ts";
import { judge } from "./conditions.ts";
import type { Model } from "./model.ts";
import type { Execution, Job, Run } from "./parts.ts";
import { advance, endAction, newJob } from "./stage.ts";

export interface ActionPlace {
  readonly execution: Execution;
  readonly run: Run;
  readonly action: string;
}

export interface RulePlace {
  readonly execution: Execution;
  readonly run: Run;
  readonly kind: ConditionKind;
  readonly rule: string;
}

export type Place = ActionPlace | RulePlace;

/** Whoever has a job and moves: an action in progress, or a rule. */
export function holderOf(place: Place) {
  if ("action" in place) return place.run.actions.get(place.action);
  return place.run.conditions.get(place.kind)?.rules.find(({ name }) => name === place.rule);
}

export function succeedWork(model: Model, place: Place, variables: Readonly<Record<string, string>>): void {
  if ("action" in place) {
    const attempt = place.run.actions.get(place.action);
    if (attempt !== undefined) attempt.variables = variables;
  }
  ended(place, "Result");
  end(model, place, "Succeeded", false);
}

export function failWork(model: Model, place: Place): void {
  ended(place, "Result");
  end(model, place, "Failed", false);
}

export function ended(place: Place, end: Job["end"]) {
  const holder = holderOf(place);
  if (holder?.job === undefined) throw new Error("there is no job that could end");
  holder.job.end = end;
  return holder as typeof holder & { job: Job };
}

/** The next job of the same action or rule (E3.12). */
export function continueWork(model: Model, place: Place, delay: number): void {
  const holder = ended(place, "Result");
  holder.job = newJob(holder.job.losses, delay > 0 ? { until: model.now + delay } : {});
  done(model);
}

/** The lease of a built-in worker ran out (E3.15). */
export function loseWork(model: Model, place: Place): void {
  const holder = ended(place, "TimedOut");
  if (holder.job.losses + 1 >= 3) {
    end(model, place, "Failed", true);
    return;
  }
  holder.job = newJob(holder.job.losses + 1);
  done(model);
}

/** An input has reached the region of who takes it; with the last one the job may be handed out (E3.7). */
export function finishCopy(model: Model, place: Place, artifact: string): void {
  const job = holderOf(place)?.job;
  job?.copies.delete(artifact);
  if (job?.copies.size === 0) job.status = "Queued";
  done(model);
}

/** Nothing was decided where an input couldn't be had: a condition is Errored. */
export function failCopy(model: Model, place: Place): void {
  ended(place, "Closed");
  end(model, place, "Failed", true);
}

export function end(model: Model, place: Place, status: "Succeeded" | "Failed", errored: boolean): void {
  const { execution, run } = place;
  if ("action" in place) {
    endAction(model, execution, run, place.action, status);
    advance(model, execution, run);
  } else endRule(model, place, status, errored);
  done(model);
}

function endRule(model: Model, place: RulePlace, status: "Succeeded" | "Failed", errored: boolean): void {
  const { execution, run, kind, rule: name } = place;
  const rule = run.conditions.get(kind)?.rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  rule.status = status;
  if (rule.job !== undefined) rule.job.end ??= "Closed";
  rule.job = undefined;
  rule.due = undefined;
  rule.opensAt = undefined;
  judge(model, execution, run, kind, errored);
}

/** Copies that jobs wait for, by whose they are. */
export function copiesOf(model: Model): Map<string, { readonly place: Place; readonly artifact: string }> {
  const copies = new Map<string, { place: Place; artifact: string }>();
  for (const execution of model.executions) {
    for (const run of execution.runs) {
      for (const place of placesOf(execution, run)) {
        const of = "action" in place ? place.action : place.rule;
        for (const artifact of holderOf(place)?.job?.copies ?? [])
          copies.set([execution.seq, run.stage, of, artifact].join(" "), { place, artifact });
      }
    }
  }
  return copies;
}

export function placesOf(execution: Execution, run: Run): Place[] {
  const actions = [...run.actions.keys()].map((action) => ({ execution, run, action }));
  const rules = [...run.conditions].flatMap(([kind, condition]) =>
    condition.rules.map(({ name: rule }) => ({ execution, run, kind, rule })),
  );
  return [...actions, ...rules];
}
