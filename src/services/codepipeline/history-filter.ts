/** The filters of ListActionExecutions and ListRuleExecutions (api.md §11). */
import type { RuleExecutionFilter } from "@aws-sdk/client-codepipeline";
import type { Checked } from "./checked.ts";

export interface HistorySelection {
  readonly executionId?: string;
  readonly latestOnly: boolean;
  /** Both filters were given and name different executions: nothing is in both. */
  readonly empty: boolean;
}

export function selectionOf(filter: Checked<RuleExecutionFilter> | undefined): HistorySelection {
  const latest = filter?.latestInPipelineExecution;
  const named = filter?.pipelineExecutionId;
  const executionId = named ?? latest?.pipelineExecutionId;
  return {
    ...(executionId !== undefined && { executionId }),
    latestOnly: latest?.startTimeRange === "Latest",
    empty: named !== undefined && latest !== undefined && latest.pipelineExecutionId !== named,
  };
}
