/** E10 told again: what time does. */
import { done } from "./commands.ts";
import { missingReply } from "./functions.ts";
import { cancel } from "./line.ts";
import type { Model } from "./model.ts";
import type { Execution, Job } from "./parts.ts";
import { type ActionPlace, end, ended, holderOf, type Place, placesOf } from "./work.ts";

/** What is running against time, as the timer table names it (E10.4). */
export type Timer =
  | { readonly kind: "transitionWait"; readonly execution: Execution; readonly due: number }
  | { readonly kind: "timeout" | "delay" | "reply" | "window"; readonly place: Place; readonly due: number };

export function timersOf(model: Model): Timer[] {
  return model.executions.flatMap((execution): Timer[] => {
    const { waits, runs } = execution;
    const waiting: Timer[] =
      waits?.due === undefined ? [] : [{ kind: "transitionWait", execution, due: waits.due }];
    return [...waiting, ...runs.flatMap((run) => placesOf(execution, run).flatMap(timersAt))];
  });
}

function timersAt(place: Place): Timer[] {
  const holder = holderOf(place);
  if (holder === undefined) return [];
  const { due, job } = holder;
  const opensAt = "opensAt" in holder ? holder.opensAt : undefined;
  return [
    ...(due === undefined ? [] : [{ kind: "timeout", place, due } as const]),
    ...(job?.releasedAt === undefined ? [] : [{ kind: "delay", place, due: job.releasedAt } as const]),
    ...(job?.replyBy === undefined ? [] : [{ kind: "reply", place, due: job.replyBy } as const]),
    ...(opensAt === undefined ? [] : [{ kind: "window", place, due: opensAt } as const]),
  ];
}

/** Fires one that is due (E10.2). */
export function fire(model: Model, timer: Timer): void {
  if (timer.kind === "transitionWait") {
    const stage = timer.execution.waits?.stage;
    cancel(
      model,
      timer.execution,
      `The execution waited for more than 30 days before stage '${stage}', whose transition is disabled.`,
    );
    done(model);
    return;
  }
  const { place } = timer;
  if (timer.kind === "delay") {
    release(holderOf(place)?.job);
    done(model);
    return;
  }
  if (timer.kind === "window") {
    end(model, place, "Succeeded", false);
    return;
  }
  if (holderOf(place)?.job !== undefined) ended(place, "TimedOut");
  if ("action" in place) tooLate(model, place, timer.kind);
  end(model, place, "Failed", true);
}

/** What an action fails with that took too long, or whose function did (E5.3, E10, P7.4). */
function tooLate(model: Model, { execution, run, action }: ActionPlace, kind: "timeout" | "reply"): void {
  const attempt = run.actions.get(action);
  if (attempt === undefined) throw new Error(`${action} never started`);
  const { timeoutMinutes } = model.actionOf(execution, run.stage, action);
  const within = attempt.approval
    ? `The approval was not given within ${timeoutMinutes} minutes.`
    : `The action timed out after ${timeoutMinutes} minutes.`;
  const message = kind === "reply" ? missingReply(attempt) : within;
  attempt.error = { code: "JobFailed", message };
}

function release(job: Job | undefined): void {
  if (job === undefined) throw new Error("a delay without a job");
  job.status = "Queued";
  job.releasedAt = undefined;
}
