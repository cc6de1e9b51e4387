import type { Answer, Command, Refusal } from "./command.ts";
import { conditionOf } from "./conditions/declared.ts";
import { evaluationOf, hasFailed, saveCondition } from "./conditions/evaluations.ts";
import { endCondition } from "./conditions/rule-end.ts";
import { type Draft, stageOf } from "./draft.ts";
import { pipelineEvent, stageEvent } from "./events.ts";
import { limitFor, takeStage } from "./execution.ts";
import { own } from "./records.ts";
import { advance } from "./run.ts";

type Override = Extract<Command, { type: "overrideCondition" }>;

/** Lets an execution pass a condition that is evaluated now, or that made its run fail (E9.12). */
export function overrideCondition(draft: Draft, command: Override): Answer | Refusal {
  const refusal = refuse(draft, command);
  if (refusal !== undefined) return refusal;
  const { executionId, stage, condition: kind } = command;
  const run = draft.run(executionId, stage);
  const state = evaluationOf(run, kind);
  if (state !== undefined && run.status === "Failed") {
    saveCondition(draft, executionId, stage, kind, {
      ...state,
      status: "Overridden",
      changedAt: draft.env.now,
    });
    revive(draft, executionId, stage);
  } else {
    endCondition(draft, executionId, stage, "Overridden");
  }
  advance(draft, executionId, stage);
  return {};
}

function revive(draft: Draft, executionId: string, stage: string): void {
  const { statusSummary: _, ...execution } = draft.execution(executionId);
  draft.save(execution, { status: "InProgress", attempt: execution.attempt + 1 });
  draft.saveRun(executionId, stage, { status: "InProgress" });
  takeStage(draft, executionId, stage);
  pipelineEvent(draft, executionId, "RESUMED");
  stageEvent(draft, executionId, stage, "RESUMED");
}

/** In the order of E9.12. */
function refuse(draft: Draft, { executionId, stage, condition: kind }: Override): Refusal | undefined {
  const declaration = draft.current.stages.find(({ name }) => name === stage);
  const state = draft.stage(stage);
  if (declaration === undefined || state === undefined) return { code: "StageNotFound", stage };
  const notOverridable = { code: "ConditionNotOverridable", stage, executionId, condition: kind } as const;
  const notLatest = { code: "NotLatestPipelineExecution", stage, executionId } as const;
  const execution = draft.find(executionId);
  const run = own(execution?.runs, stage);
  // A condition is what the execution's own version says, also of a ROLLBACK, which meets none (E8.7).
  const declaring =
    run === undefined || execution === undefined ? declaration : stageOf(draft, execution, stage);
  const condition = conditionOf(declaring, kind);
  if (condition === undefined) return notOverridable;
  if (execution === undefined || run === undefined) return notLatest;
  if (execution.mode !== "PARALLEL" && state.latest !== executionId) return notLatest;
  // In PARALLEL everybody is the latest for themselves, but who was rolled back isn't what is in force (E9.12).
  if (run.rolledBack) return notLatest;
  if (condition.result === "SKIP") return notOverridable;
  const evaluation = evaluationOf(run, kind);
  if (evaluation?.status === "InProgress") return undefined;
  if (run.status !== "Failed" || !hasFailed(evaluation)) return notOverridable;
  if (execution.version !== draft.pipeline.currentVersion) return notOverridable;
  return limitFor(draft, execution);
}
