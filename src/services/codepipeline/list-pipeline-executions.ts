import type { ListPipelineExecutionsInput, ListPipelineExecutionsOutput } from "@aws-sdk/client-codepipeline";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { newestExecutions } from "../../core/store/queries/executions.ts";
import type { PipelineRow } from "../../core/store/tables/pipelines.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { executionSummary } from "./execution-summary.ts";
import { own } from "./own.ts";
import { type Page, pagesOf } from "./paging.ts";
import { executionState, historySince, requirePipeline } from "./stored.ts";

type Input = Checked<ListPipelineExecutionsInput>;
type Position = [seq: number];

const LARGEST_PAGE = 100;
/** Executions that one call looks at for a filter; a page may be shorter than asked for, and still go on. */
const MOST_LOOKED_AT = 1000;

/**
 * Executions of a pipeline, the newest start first.
 *
 * @throws PipelineNotFoundException, InvalidNextTokenException
 * @see api.md §3, §11
 */
export const listPipelineExecutions = operation<Input, ListPipelineExecutionsOutput>(
  "ListPipelineExecutions",
  {
    resources: ({ pipelineName }, { scope }) => [pipelineArn(scope, pipelineName)],

    async handle(input, call) {
      const pipeline = await requirePipeline(call, input.pipelineName);
      const stage = input.filter?.succeededInStage?.stageName;
      const { rows, nextToken } =
        stage === undefined
          ? await newestPage(call, pipeline, input)
          : await succeededPage(call, pipeline, input, stage);
      return {
        pipelineExecutionSummaries: rows.map((row) => executionSummary(executionState(row))),
        ...(nextToken && { nextToken }),
      };
    },
  },
);

type Row = Awaited<ReturnType<typeof newestExecutions>>[number];

async function newestPage(call: Call, pipeline: PipelineRow, input: Input): Promise<Page<Row>> {
  const size = input.maxResults ?? LARGEST_PAGE;
  const pages = pagesOf<Position>(call, "ListPipelineExecutions", [pipeline.id, null]);
  const [beforeSeq] = pages.start(input.nextToken) ?? [];
  const rows = await newestExecutions(call.core.store.read, {
    pipelineId: pipeline.id,
    beforeSeq,
    since: historySince(call),
    limit: size + 1,
  });
  return pages.cut(rows, size, ({ seq }) => [seq]);
}

/** Those of the current version whose run of the stage succeeded: versions never shrink from one to the next. */
async function succeededPage(
  call: Call,
  pipeline: PipelineRow,
  input: Input,
  stage: string,
): Promise<Page<Row>> {
  const size = input.maxResults ?? LARGEST_PAGE;
  const pages = pagesOf<Position>(call, "ListPipelineExecutions", [pipeline.id, stage]);
  const [beforeSeq] = pages.start(input.nextToken) ?? [];
  const looked = await newestExecutions(call.core.store.read, {
    pipelineId: pipeline.id,
    beforeSeq,
    since: historySince(call),
    limit: MOST_LOOKED_AT,
  });
  const current = looked.filter(({ version }) => version === pipeline.version);
  const page = pages.cut(
    current.filter((row) => own(executionState(row).runs, stage)?.status === "Succeeded"),
    size,
    ({ seq }) => [seq],
  );
  const last = current.at(-1);
  const mayGoOn = page.nextToken === undefined && current.length === MOST_LOOKED_AT && last !== undefined;
  return mayGoOn ? { ...page, nextToken: pages.token([last.seq]) } : page;
}
