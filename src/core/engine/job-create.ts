import { type ActionAt, saveActionAt } from "./action-at.ts";
import type { Draft } from "./draft.ts";
import type { ActionState } from "./state.ts";
import { cancelTimer, setTimer } from "./timer-rows.ts";
import { type Resolved, resolve, workOf } from "./work.ts";

interface NextJob {
  /** Workers lost so far (E3.15). */
  readonly losses: number;
  readonly continuationToken?: string;
  /** Milliseconds until it may be handed out (E3.12). */
  readonly delay?: number;
}

/**
 * Gives an action its next job, with the same work as before (E3.12, E3.15). It is resolved again instead of being
 * kept: what it is resolved from can't change while the action is in progress (E4.6).
 */
export function giveNextJob(draft: Draft, at: ActionAt, action: ActionState, next: NextJob): void {
  cancelTimer(draft, action.job?.delayTimer);
  giveJob(draft, at, action, resolve(draft, draft.execution(at.executionId), at.definition), next);
}

/** Makes a job of what the action was resolved to (E3.9); a delayed one waits in Created. */
export function giveJob(
  draft: Draft,
  at: ActionAt,
  action: ActionState,
  resolved: Resolved,
  { losses, continuationToken, delay = 0 }: NextJob,
): void {
  const { executionId, stage, definition } = at;
  const id = draft.env.newId();
  const place = { executionId, stage, action: definition.name, actionExecutionId: action.id };
  draft.effects.push({
    type: "jobCreated",
    job: {
      id,
      ...place,
      type: definition.type,
      status: delay > 0 ? "Created" : "Queued",
      createdAt: draft.env.now,
      ...(continuationToken !== undefined && { continuationToken }),
      work: workOf(draft, draft.execution(executionId), definition, action, resolved),
    },
  });
  const delayTimer =
    delay > 0
      ? setTimer(draft, { kind: "jobDelay", ...place, jobId: id, due: draft.env.now + delay })
      : undefined;
  saveActionAt(draft, at, {
    ...action,
    job: { id, losses, ...(delayTimer !== undefined && { delayTimer }) },
  });
}
