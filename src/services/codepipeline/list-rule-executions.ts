import type { ListRuleExecutionsInput, ListRuleExecutionsOutput } from "@aws-sdk/client-codepipeline";
import { newestRuleExecutions, type RulePosition } from "../../core/store/queries/rule-executions.ts";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { pipelineNotIncluded } from "./errors.ts";
import { selectionOf } from "./history-filter.ts";
import { pagesOf } from "./paging.ts";
import { ruleExecutionDetail } from "./rule-execution-detail.ts";
import { ruleRecord } from "./rule-record.ts";
import { historySince, requireExecution, requirePipeline } from "./stored.ts";

const LARGEST_PAGE = 100;

/**
 * What the rules of a pipeline's stage conditions said, the newest start first; of one execution, or only the newest
 * of each rule in it, when the filter says so.
 *
 * @throws PipelineNotFoundException, PipelineExecutionNotFoundException, InvalidNextTokenException
 * @see api.md §3, §11
 */
export const listRuleExecutions = operation<Checked<ListRuleExecutionsInput>, ListRuleExecutionsOutput>(
  "ListRuleExecutions",
  {
    authorization: onPipeline(({ pipelineName }) => pipelineName),

    async handle({ pipelineName, filter, maxResults: size = LARGEST_PAGE, nextToken: token }, call) {
      const pipeline = await requirePipeline(call, pipelineName, pipelineNotIncluded);
      const { executionId, latestOnly, empty } = selectionOf(filter);
      if (executionId !== undefined) await requireExecution(call, pipeline, executionId);
      const context = [pipeline.id, executionId, latestOnly];
      const pages = pagesOf<RulePosition>(call, "ListRuleExecutions", context);
      const after = pages.start(token);
      if (empty) return { ruleExecutionDetails: [] };
      const found = await newestRuleExecutions(call.core.store.read, {
        pipelineId: pipeline.id,
        ...(executionId !== undefined && { executionId }),
        latestOnly,
        after,
        since: historySince(call),
        limit: size + 1,
      });
      const { rows, nextToken } = pages.cut(found, size, (row) => [row.started, row.evaluation, row.id]);
      return {
        ruleExecutionDetails: rows.map((row) => ruleExecutionDetail(ruleRecord(row), call)),
        ...(nextToken && { nextToken }),
      };
    },
  },
);
