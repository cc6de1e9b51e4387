/** State changes in the order in which they happen (E12.5). */
import type { ActionAt } from "./action-at.ts";
import type { Draft } from "./draft.ts";
import type { ActionChange, NamedArtifact, StateChange, StateChangeDetail } from "./effect.ts";
import type { ActionState, ExecutionState, Trigger } from "./state.ts";

export function pipelineEvent(draft: Draft, executionId: string, state: string): void {
  const execution = draft.execution(executionId);
  const { trigger, stop, attempt, startedAt } = execution;
  emit(
    draft,
    execution,
    { level: "pipeline", state, attempt, startedAt },
    {
      ...(tellsTrigger(trigger, state) && { trigger }),
      ...(state === "STOPPING" && stop?.reason !== undefined && { stopComments: stop.reason }),
      ...(state === "FAILED" && failedStage(execution)),
      ...lastRetry(execution),
    },
  );
}

/** A git trigger's commit stands in the ends, too (E12.3). */
function tellsTrigger({ type }: Trigger, state: string): boolean {
  return state === "STARTED" || (type === "WebhookV2" && (state === "SUCCEEDED" || state === "FAILED"));
}

/** In stage events `attempt` is 0 until the execution's first retry (E12.4). */
export function stageEvent(draft: Draft, executionId: string, stage: string, state: string): void {
  const execution = draft.execution(executionId);
  const { startedAt, lastRetryAt } = draft.run(executionId, stage);
  const attempt = execution.attempt === 1 ? 0 : execution.attempt;
  emit(
    draft,
    execution,
    { level: "stage", state, stage, attempt, startedAt },
    {
      ...(lastRetryAt !== undefined && { lastRetryAt }),
    },
  );
}

/**
 * @param inputs that the action has
 * @param end what is known of the action at its end
 */
export function actionEvent(
  draft: Draft,
  { executionId, stage, definition }: ActionAt,
  { id, startedAt }: ActionState,
  state: string,
  inputs: readonly NamedArtifact[],
  end?: ActionChange,
): void {
  const execution = draft.execution(executionId);
  const { name: action, type, region } = definition;
  const change = {
    level: "action",
    state,
    stage,
    action,
    actionExecutionId: id,
    type,
    region,
    attempt: execution.attempt,
    startedAt,
  } as const;
  emit(draft, execution, change, {
    ...(inputs.length > 0 && { inputs }),
    ...(end?.outputs && end.outputs.length > 0 && { outputs: end.outputs }),
    ...(end && { result: resultOf(end) }),
  });
}

function resultOf({ externalExecutionId, summary, error }: ActionChange): StateChangeDetail["result"] {
  const text = summary ?? error?.message;
  return {
    ...(externalExecutionId !== undefined && { externalExecutionId }),
    ...(text !== undefined && { summary: text }),
    ...(error && { errorCode: error.code }),
  };
}

function failedStage({ runs }: ExecutionState): Pick<StateChangeDetail, "failedStage"> {
  const failed = Object.keys(runs).find((stage) => runs[stage]?.status === "Failed");
  return failed === undefined ? {} : { failedStage: failed };
}

function lastRetry({ runs, attempt }: ExecutionState): Pick<StateChangeDetail, "lastRetryAt"> {
  const times = attempt === 1 ? [] : Object.values(runs).flatMap(({ lastRetryAt }) => lastRetryAt ?? []);
  // An override revives without a retry.
  return times.length === 0 ? {} : { lastRetryAt: Math.max(...times) };
}

function emit(
  draft: Draft,
  execution: ExecutionState,
  change: Omit<StateChange, "executionId" | "version" | "at" | "detail">,
  detail: StateChangeDetail,
): void {
  const { id: executionId, version } = execution;
  const event = { ...change, executionId, version, at: draft.env.now };
  const told = Object.keys(detail).length > 0 ? { ...event, detail } : event;
  draft.effects.push({ type: "event", event: told });
}
