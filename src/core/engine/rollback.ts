/** Rolling back a stage: a new execution that runs it alone, with what its target had brought there (E8). */
import type { Answer, Command, Refusal } from "./command.ts";
import type { Draft } from "./draft.ts";
import { enter } from "./enter.ts";
import { pipelineEvent } from "./events.ts";
import { own } from "./records.ts";
import type { Trigger } from "./state.ts";

type Rollback = Extract<Command, { type: "rollbackStage" }>;

export function rollbackStage(draft: Draft, command: Rollback): Answer | Refusal {
  const refusal = refuse(draft, command);
  if (refusal !== undefined) return refusal;
  return { executionId: rollBack(draft, command.stage, command.targetId, command.trigger) };
}

/** For a failure: past whoever waits, before the command settles (E8.2, E8.4). */
export function rollBackFor(draft: Draft, { stage, targetId, failedId }: Draft["rollbacks"][number]): void {
  const detail = JSON.stringify({ FailedPipelineExecutionId: failedId });
  rollBack(draft, stage, targetId, { type: "AutomatedRollback", detail });
}

/** @returns the new execution's id */
function rollBack(draft: Draft, stage: string, targetId: string, trigger: Trigger): string {
  const { version, mode } = draft.current;
  const { variables, artifactRevisions, sourceRevisions } = draft.execution(targetId);
  const id = draft.env.newId();
  const seq = draft.pipeline.nextSeq;
  draft.pipeline = { ...draft.pipeline, nextSeq: seq + 1 };
  draft.save({
    id,
    seq,
    version,
    mode,
    type: "ROLLBACK",
    rollbackTarget: targetId,
    trigger,
    ...(variables && { variables }),
    // Sources, where the first stage is rolled back, are read anew; what is told of them is the target's (E8.3).
    revisions: {},
    startedAt: draft.env.now,
    updatedAt: draft.env.now,
    status: "InProgress",
    attempt: 1,
    runs: {},
    artifactRevisions,
    sourceRevisions,
  });
  pipelineEvent(draft, id, "STARTED");
  enter(draft, id, stage);
  return id;
}

/** In the order of E8.3. */
function refuse(draft: Draft, { stage, targetId }: Rollback): Refusal | undefined {
  const state = draft.current.stages.some(({ name }) => name === stage) ? draft.stage(stage) : undefined;
  if (state === undefined) return { code: "StageNotFound", stage };
  const target = draft.find(targetId);
  if (target === undefined) return { code: "PipelineExecutionNotFound", executionId: targetId };
  if (target.version !== draft.pipeline.currentVersion) {
    return { code: "PipelineExecutionOutdated", executionId: targetId, version: target.version };
  }
  if (target.type === "ROLLBACK" || own(target.runs, stage)?.status !== "Succeeded") {
    return { code: "UnableToRollbackStage", stage, executionId: targetId, because: "notSucceeded" };
  }
  const inTheWay = state.rollbacks?.[0] ?? (draft.current.mode === "PARALLEL" ? undefined : state.lock);
  if (inTheWay !== undefined) {
    return { code: "UnableToRollbackStage", stage, executionId: inTheWay, because: "inUse" };
  }
  return undefined;
}
