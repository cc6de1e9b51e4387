import type { ListActionExecutionsInput, ListActionExecutionsOutput } from "@aws-sdk/client-codepipeline";
import { type HistoryPosition, newestActionExecutions } from "../../core/store/queries/action-executions.ts";
import { operation } from "../aws-json/operation.ts";
import { actionExecutionDetail } from "./action-execution-detail.ts";
import { actionRecord } from "./action-record.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { pipelineNotIncluded } from "./errors.ts";
import { selectionOf } from "./history-filter.ts";
import { knownActionTypes } from "./known-action-types.ts";
import { pagesOf } from "./paging.ts";
import { historySince, requireExecution, requirePipeline } from "./stored.ts";

const LARGEST_PAGE = 100;

/**
 * The attempts of a pipeline's actions, the newest start first; of one execution, or only the newest of each action
 * in it, when the filter says so.
 *
 * @throws PipelineNotFoundException, PipelineExecutionNotFoundException, InvalidNextTokenException
 * @see api.md §3, §11
 */
export const listActionExecutions = operation<Checked<ListActionExecutionsInput>, ListActionExecutionsOutput>(
  "ListActionExecutions",
  {
    authorization: onPipeline(({ pipelineName }) => pipelineName),

    async handle({ pipelineName, filter, maxResults: size = LARGEST_PAGE, nextToken: token }, call) {
      const pipeline = await requirePipeline(call, pipelineName, pipelineNotIncluded);
      const selection = selectionOf(filter);
      const { executionId, latestOnly } = selection;
      if (executionId !== undefined) await requireExecution(call, pipeline, executionId);
      const pages = pagesOf<HistoryPosition>(call, "ListActionExecutions", [
        pipeline.id,
        executionId,
        latestOnly,
      ]);
      const after = pages.start(token);
      if (selection.empty) return { actionExecutionDetails: [] };
      const found = await newestActionExecutions(call.core.store.read, {
        pipelineId: pipeline.id,
        ...(executionId !== undefined && { executionId }),
        latestOnly,
        after,
        since: historySince(call),
        limit: size + 1,
      });
      const { rows, nextToken } = pages.cut(found, size, ({ started, attempt, id }) => [
        started,
        attempt,
        id,
      ]);
      const types = await knownActionTypes(call, "with deleted");
      return {
        actionExecutionDetails: rows.map((row) => actionExecutionDetail(actionRecord(row), types, call)),
        ...(nextToken && { nextToken }),
      };
    },
  },
);
