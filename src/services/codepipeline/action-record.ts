/** A row of the action history as the engine and the job keeper wrote it. */
import type { ActionChange, ActionStatus, StartedAction } from "../../core/engine/index.ts";
import type { ActionExecutionRow } from "../../core/store/tables/pipelines.ts";

export interface ActionRecord {
  readonly id: string;
  readonly executionId: string;
  readonly version: number;
  readonly stage: string;
  readonly action: string;
  readonly status: ActionStatus;
  readonly started: number;
  readonly updated: number;
  readonly input: Pick<
    StartedAction,
    "type" | "region" | "roleArn" | "namespace" | "configuration" | "resolvedConfiguration" | "inputs"
  >;
  readonly output: Omit<ActionChange, "status"> & {
    readonly externalExecutionUrl?: string;
    readonly logStreamArn?: string;
  };
}

export function actionRecord(row: ActionExecutionRow): ActionRecord {
  return {
    id: row.id,
    executionId: row.execution_id,
    version: row.version,
    stage: row.stage,
    action: row.action,
    status: row.status as ActionStatus,
    started: row.started,
    updated: row.updated,
    input: JSON.parse(row.input) as ActionRecord["input"],
    output: JSON.parse(row.output) as ActionRecord["output"],
  };
}

export function isApproval({ input: { type } }: ActionRecord): boolean {
  return type.owner === "AWS" && type.category === "Approval";
}
