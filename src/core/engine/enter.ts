import type { Draft } from "./draft.ts";
import { stageEvent } from "./events.ts";
import { takeStage } from "./execution.ts";
import { advance } from "./run.ts";
import type { StageRun } from "./state.ts";

/** An execution gets its run of a stage, and is the latest there (E2.2, E2.11). */
export function enter(draft: Draft, executionId: string, stage: string): void {
  const execution = draft.execution(executionId);
  const run: StageRun = {
    status: "InProgress",
    startedAt: draft.env.now,
    actions: {},
    attempts: {},
    approvals: {},
    manualRetries: 0,
    automaticRetries: 0,
  };
  draft.save(execution, { runs: { ...execution.runs, [stage]: run } });
  draft.saveStage(stage, { latest: executionId });
  takeStage(draft, executionId, stage);
  stageEvent(draft, executionId, stage, "STARTED");
  advance(draft, executionId, stage);
}
