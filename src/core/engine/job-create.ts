import { type ActionAt, saveActionAt } from "./action-at.ts";
import { isCopying } from "./copy-rows.ts";
import type { Draft } from "./draft.ts";
import { type NextJob, openJob } from "./open-job.ts";
import { type Resolved, resolve } from "./resolve.ts";
import type { ActionState, OpenJob } from "./state.ts";
import { cancelJobTimers } from "./timer-rows.ts";
import { workOf } from "./work.ts";

/**
 * Gives an action its next job, with the same work as before (E3.12, E3.15). It is resolved again instead of being
 * kept: what it is resolved from can't change while the action is in progress (E4.6).
 */
export function giveNextJob(draft: Draft, at: ActionAt, action: ActionState, next: NextJob): void {
  cancelJobTimers(draft, action.job);
  const resolved = resolve(draft, draft.execution(at.executionId), at.definition);
  saveActionAt(draft, at, { ...action, job: createJob(draft, at, action, resolved, next) });
}

/** Makes a job of what the action was resolved to (E3.9). The caller keeps it in the action's state. */
export function createJob(
  draft: Draft,
  at: ActionAt,
  action: ActionState,
  resolved: Resolved,
  next: NextJob,
): OpenJob {
  const { executionId, stage, definition } = at;
  const place = { executionId, stage, action: definition.name, actionExecutionId: action.id };
  const work = workOf(draft, draft.execution(executionId), definition, action, resolved);
  return openJob(draft, place, definition.type, work, { ...next, copying: isCopying(action) });
}
