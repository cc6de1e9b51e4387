import type { Answer, Command, Refusal } from "./command.ts";
import type { Draft } from "./draft.ts";

/** Changes one flag of a boundary; who waits there enters when the command settles (E2.7, E2.8). */
export function setTransition(
  draft: Draft,
  { stage, direction, enabled, reason, by }: Extract<Command, { type: "setTransition" }>,
): Answer | Refusal {
  const state = draft.current.stages.some(({ name }) => name === stage) ? draft.stage(stage) : undefined;
  if (state === undefined) return { code: "StageNotFound", stage };
  const flag = direction === "Inbound" ? "inbound" : "outbound";
  if (enabled && state[flag].enabled) return {};
  const at = draft.env.now;
  draft.saveStage(stage, {
    [flag]: { enabled, by, at, ...(!enabled && reason !== undefined && { reason }) },
  });
  return {};
}
