import type { ListPipelinesInput, ListPipelinesOutput, PipelineSummary } from "@aws-sdk/client-codepipeline";
import { type CurrentPipeline, nextPipelines } from "../../core/store/queries/pipelines.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { pagesOf } from "./paging.ts";
import { parseDeclaration } from "./stored.ts";

const MOST_PIPELINES = 1000;

/**
 * All pipelines of the account and region, by name in code point order on either database.
 *
 * @throws InvalidNextTokenException
 * @see api.md §3, §10
 */
export const listPipelines = operation<Checked<ListPipelinesInput>, ListPipelinesOutput>("ListPipelines", {
  authorization: onAnything,

  async handle({ maxResults = MOST_PIPELINES, nextToken: token }, call) {
    const { core, scope } = call;
    const pages = pagesOf<[name: string]>(call, "ListPipelines");
    const [after = ""] = pages.start(token) ?? [];
    const found = await nextPipelines(core.store.read, scope, after, maxResults + 1);
    const { rows, nextToken } = pages.cut(found, maxResults, ({ name }) => [name]);
    return { pipelines: rows.map(summary), ...(nextToken && { nextToken }) };
  },
});

function summary({ name, version, created, updated, declaration }: CurrentPipeline): PipelineSummary {
  const { pipelineType, executionMode } = parseDeclaration(declaration);
  return {
    name,
    version,
    pipelineType,
    executionMode,
    created: new Date(created),
    updated: new Date(updated),
  };
}
