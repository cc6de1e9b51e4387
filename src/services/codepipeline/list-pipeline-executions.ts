import type { ListPipelineExecutionsInput, ListPipelineExecutionsOutput } from "@aws-sdk/client-codepipeline";
import type { ExecutionState } from "../../core/engine/index.ts";
import { newestExecutions } from "../../core/store/queries/executions.ts";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { executionSummary } from "./execution-summary.ts";
import { own } from "./own.ts";
import { pagesOf } from "./paging.ts";
import { executionState, historySince, requirePipeline } from "./stored.ts";

const LARGEST_PAGE = 100;
/** Executions that one call looks at for a filter; a page may then be shorter than asked for, and still go on. */
const MOST_LOOKED_AT = 300;

/**
 * Executions of a pipeline, the newest start first: all, or those that succeeded in a stage of the current version.
 *
 * @throws PipelineNotFoundException, InvalidNextTokenException
 * @see api.md §3, §11
 */
export const listPipelineExecutions = operation<
  Checked<ListPipelineExecutionsInput>,
  ListPipelineExecutionsOutput
>("ListPipelineExecutions", {
  authorization: onPipeline(({ pipelineName }) => pipelineName),

  async handle({ pipelineName, filter, maxResults: size = LARGEST_PAGE, nextToken: token }, call) {
    const pipeline = await requirePipeline(call, pipelineName);
    const stage = filter?.succeededInStage?.stageName;
    const pages = pagesOf<[seq: number]>(call, "ListPipelineExecutions", [pipeline.id, stage ?? null]);
    const [beforeSeq] = pages.start(token) ?? [];
    const limit = stage === undefined ? size + 1 : MOST_LOOKED_AT;
    const rows = await newestExecutions(call.core.store.read, {
      pipelineId: pipeline.id,
      beforeSeq,
      since: historySince(call),
      limit,
    });
    const looked = rows.map(executionState);
    const found =
      stage === undefined ? looked : looked.filter((state) => succeeded(state, stage, pipeline.version));
    const page = pages.cut(found, size, ({ seq }) => [seq]);
    const last = looked.at(-1);
    // An older version ends the search: no execution before one of it is of the current version.
    const goesOn = looked.length === limit && last?.version === pipeline.version;
    const nextToken = page.nextToken ?? (stage !== undefined && goesOn ? pages.token([last.seq]) : undefined);
    return {
      pipelineExecutionSummaries: page.rows.map(executionSummary),
      ...(nextToken !== undefined && { nextToken }),
    };
  },
});

/** What RollbackStage takes as a target. */
function succeeded({ type, version, runs }: ExecutionState, stage: string, current: number): boolean {
  return type === "STANDARD" && version === current && own(runs, stage)?.status === "Succeeded";
}
