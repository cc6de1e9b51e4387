import type { Definition } from "./definition.ts";
import type { PipelineState, StageState } from "./state.ts";

/** A pipeline that was just created: every transition is enabled, nothing has run. */
export function newPipelineState(definition: Definition, now: number): PipelineState {
  return {
    currentVersion: definition.version,
    nextSeq: 1,
    latestTime: now,
    stages: Object.fromEntries(definition.stages.map(({ name }) => [name, newStageState()])),
  };
}

export function newStageState(): StageState {
  return { inbound: { enabled: true }, outbound: { enabled: true }, waiting: [] };
}
