/** The engine's data as rows. */
import type { Insertable } from "kysely";
import type {
  ActionChange,
  Definition,
  ExecutionState,
  NewJob,
  RuleChange,
  StartedAction,
  StartedRule,
  StateChange,
  Timer,
} from "../engine/index.ts";
import type { TakenPipeline } from "../store/pipelines.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import type {
  ActionExecutionRow,
  EventRow,
  ExecutionRow,
  RuleExecutionRow,
  TimerRow,
} from "../store/tables/pipelines.ts";

/** @param written the execution as text, and the position of the command that changed it */
export function executionRow(
  pipelineId: string,
  execution: ExecutionState,
  written: Pick<ExecutionRow, "state" | "command">,
): ExecutionRow {
  const { id, seq, version, mode, type, status } = execution;
  return {
    id,
    pipeline_id: pipelineId,
    seq,
    version,
    mode,
    type,
    status,
    ...standingOf(execution),
    started: execution.startedAt,
    updated: execution.updatedAt,
    ...written,
  };
}

/** By what other commands than its own find it. */
export function standingOf(execution: ExecutionState): Pick<ExecutionRow, "live" | "contending"> {
  const { status } = execution;
  return {
    live: status === "InProgress" || status === "Stopping" ? 1 : 0,
    contending: contends(execution) ? 1 : 0,
  };
}

/** Whether commands on others of its pipeline look at it: it waits before a stage, or holds a lock. */
export function contends(execution: ExecutionState): boolean {
  return execution.waitingBefore !== undefined || holdsLock(execution);
}

/** I2. */
function holdsLock({ mode, runs }: ExecutionState): boolean {
  if (mode === "PARALLEL") return false;
  return Object.values(runs).some(({ status }) => status === "InProgress" || status === "Stopping");
}

export function actionRow(pipelineId: string, started: StartedAction): ActionExecutionRow {
  const { actionExecutionId, executionId, version, stage, action, attempt, startedAt, ...input } = started;
  return {
    id: actionExecutionId,
    pipeline_id: pipelineId,
    execution_id: executionId,
    version,
    stage,
    action,
    attempt,
    status: "InProgress",
    started: startedAt,
    updated: startedAt,
    input: JSON.stringify(input),
    output: NOTHING_RECORDED,
  };
}

export function ruleRow(pipelineId: string, started: StartedRule): RuleExecutionRow {
  const { ruleExecutionId, executionId, version, stage, condition, rule, evaluation, startedAt, ...input } =
    started;
  return {
    id: ruleExecutionId,
    pipeline_id: pipelineId,
    execution_id: executionId,
    version,
    stage,
    condition,
    rule,
    evaluation,
    status: "InProgress",
    started: startedAt,
    updated: startedAt,
    input: JSON.stringify(input),
    output: NOTHING_RECORDED,
  };
}

export const NOTHING_RECORDED = "{}";

/** What is recorded of an action or a rule after one more change; `status` has a column of its own. */
export function mergeOutput(recorded: string, change: ActionChange | RuleChange): string {
  const before = recorded === NOTHING_RECORDED ? undefined : (JSON.parse(recorded) as object);
  return JSON.stringify({ ...before, ...change, status: undefined });
}

export interface JobContext {
  readonly pipeline: TakenPipeline;
  readonly definition: Definition;
  readonly queryableProperty: string | undefined;
}

export function jobRow(job: NewJob, { pipeline, definition, queryableProperty }: JobContext): JobRow {
  const queryValue =
    queryableProperty === undefined ? undefined : job.work.resolvedConfiguration[queryableProperty];
  return {
    id: job.id,
    pipeline_id: pipeline.id,
    pipeline_name: pipeline.name,
    pipeline_version: definition.version,
    execution_id: job.executionId,
    action_execution_id: job.actionExecutionId,
    stage: job.stage,
    action: job.action,
    account: pipeline.account,
    region: pipeline.region,
    owner: job.type.owner,
    category: job.type.category,
    provider: job.type.provider,
    version: job.type.version,
    query_value: queryValue === undefined ? null : JSON.stringify(queryValue),
    status: job.status,
    created: job.createdAt,
    nonce: null,
    lease_until: null,
    handed_out: 0,
    losses: job.losses,
    continuation_token: job.continuationToken === undefined ? null : JSON.stringify(job.continuationToken),
    work: JSON.stringify(job.work),
    result: null,
    ended: null,
  };
}

export function timerRow(pipelineId: string, timer: Timer): TimerRow {
  return { id: timer.id, pipeline_id: pipelineId, due: timer.due, timer: JSON.stringify(timer) };
}

export function eventRow(pipeline: TakenPipeline, id: string, event: StateChange): Insertable<EventRow> {
  return {
    id,
    pipeline_id: pipeline.id,
    account: pipeline.account,
    region: pipeline.region,
    pipeline_name: pipeline.name,
    execution_id: event.executionId,
    event: JSON.stringify(event),
  };
}
