/** A row of the history of rules as the engine and the job keeper wrote it. */
import type { RuleChange, RuleStatus, StartedRule } from "../../core/engine/index.ts";
import { webAddress } from "../../core/links.ts";
import type { RuleExecutionRow } from "../../core/store/tables/pipelines.ts";

export interface RuleRecord {
  readonly id: string;
  readonly executionId: string;
  readonly version: number;
  readonly stage: string;
  readonly rule: string;
  readonly status: RuleStatus;
  readonly started: number;
  readonly updated: number;
  readonly input: Pick<
    StartedRule,
    "type" | "region" | "roleArn" | "configuration" | "resolvedConfiguration" | "inputs"
  >;
  readonly output: Omit<RuleChange, "status"> & { readonly externalExecutionUrl?: string };
}

export function ruleRecord(row: RuleExecutionRow): RuleRecord {
  return {
    id: row.id,
    executionId: row.execution_id,
    version: row.version,
    stage: row.stage,
    rule: row.rule,
    status: row.status as RuleStatus,
    started: row.started,
    updated: row.updated,
    input: JSON.parse(row.input) as RuleRecord["input"],
    output: JSON.parse(row.output) as RuleRecord["output"],
  };
}

/** What the worker said of its work elsewhere, where it did, and what went wrong. */
export function toldOf({ output: { externalExecutionId, externalExecutionUrl, error } }: RuleRecord) {
  const url = webAddress(externalExecutionUrl);
  return {
    ...(externalExecutionId !== undefined && { externalExecutionId }),
    ...(url !== undefined && { externalExecutionUrl: url }),
    ...(error !== undefined && { errorDetails: { ...error } }),
  };
}
