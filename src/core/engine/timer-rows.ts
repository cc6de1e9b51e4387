import type { Timer } from "./command.ts";
import type { Draft } from "./draft.ts";

/** Sets a timer in the transaction of what it belongs to (E10.1). @returns its id */
export function setTimer(draft: Draft, timer: Omit<Timer, "id">): string {
  const id = draft.env.newId();
  draft.effects.push({ type: "timerSet", timer: { id, ...timer } });
  return id;
}
