import type { Timer } from "./command.ts";
import type { Draft } from "./draft.ts";
import type { OpenJob } from "./state.ts";

type WithoutId<T> = T extends Timer ? Omit<T, "id"> : never;

/** Sets a timer in the transaction of what it belongs to (E10.1). @returns its id */
export function setTimer(draft: Draft, timer: WithoutId<Timer>): string {
  const id = draft.env.newId();
  draft.effects.push({ type: "timerSet", timer: { id, ...timer } });
  return id;
}

export function cancelTimer(draft: Draft, timerId: string | undefined): void {
  if (timerId !== undefined) draft.effects.push({ type: "timerCancelled", timerId });
}

/** All that run for a job which is open no more. */
export function cancelJobTimers(draft: Draft, job: OpenJob | undefined): void {
  cancelTimer(draft, job?.delayTimer);
  cancelTimer(draft, job?.replyTimer);
}
