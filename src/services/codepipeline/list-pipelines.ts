import type { ListPipelinesInput, ListPipelinesOutput, PipelineSummary } from "@aws-sdk/client-codepipeline";
import { type CurrentPipeline, currentPipelines, pipelineNames } from "../../core/store/queries/pipelines.ts";
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
    const names = (await pipelineNames(core.store.read, scope))
      .filter(({ name }) => name > after)
      .sort(byName);
    const { rows, nextToken } = pages.cut(names, maxResults, ({ name }) => [name]);
    const pipelines = await currentPipelines(
      core.store.read,
      rows.map(({ id }) => id),
    );
    return { pipelines: pipelines.sort(byName).map(summary), ...(nextToken && { nextToken }) };
  },
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

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
