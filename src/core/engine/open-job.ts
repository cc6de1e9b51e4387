/** Jobs of actions and rules alike: exactly one of them is open at a time (E3.9). */
import type { ActionTypeId } from "./definition.ts";
import type { Draft } from "./draft.ts";
import type { JobWork } from "./effect.ts";
import type { OpenJob } from "./state.ts";
import { setTimer } from "./timer-rows.ts";

/** The third lost lease fails the action (E3.15). */
export const MAX_LOSSES = 3;

export interface NextJob {
  /** Workers lost so far (E3.15). */
  readonly losses: number;
  readonly continuationToken?: string;
  /** Milliseconds until it may be handed out (E3.12). */
  readonly delay?: number;
  /** Inputs of it are outstanding (E3.7). */
  readonly copying?: boolean;
}

/** Whose job it is; of a rule `action` is the rule's name, and `actionExecutionId` the rule execution's id. */
export interface JobPlace {
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly actionExecutionId: string;
}

/** Makes a job; one that is delayed, or whose inputs aren't there yet, waits in Created. The caller keeps what is answered in the state of whose job it is. */
export function openJob(
  draft: Draft,
  place: JobPlace,
  type: ActionTypeId,
  work: JobWork,
  { losses, continuationToken, delay = 0, copying = false }: NextJob,
): OpenJob {
  const id = draft.env.newId();
  draft.effects.push({
    type: "jobCreated",
    job: {
      id,
      ...place,
      type,
      status: delay > 0 || copying ? "Created" : "Queued",
      createdAt: draft.env.now,
      losses,
      ...(continuationToken !== undefined && { continuationToken }),
      work,
    },
  });
  if (delay === 0) return { id, losses };
  const due = draft.env.now + delay;
  return { id, losses, delayTimer: setTimer(draft, { kind: "jobDelay", ...place, jobId: id, due }) };
}
