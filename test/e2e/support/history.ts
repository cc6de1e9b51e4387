/** Reading everything that a server knows of a pipeline, page by page. */
import {
  type ActionExecutionDetail,
  type CodePipelineClient,
  type PipelineExecutionSummary,
  paginateListActionExecutions,
  paginateListPipelineExecutions,
  paginateListPipelines,
} from "@aws-sdk/client-codepipeline";

export async function pipelineNames(client: CodePipelineClient): Promise<string[]> {
  const pages = await Array.fromAsync(paginateListPipelines({ client }, {}));
  return pages.flatMap(({ pipelines = [] }) => pipelines.map(({ name = "" }) => name));
}

export async function executionsOf(
  client: CodePipelineClient,
  pipelineName: string,
): Promise<PipelineExecutionSummary[]> {
  const pages = await Array.fromAsync(paginateListPipelineExecutions({ client }, { pipelineName }));
  return pages.flatMap(({ pipelineExecutionSummaries = [] }) => pipelineExecutionSummaries);
}

export async function actionsOf(
  client: CodePipelineClient,
  pipelineName: string,
): Promise<ActionExecutionDetail[]> {
  const pages = await Array.fromAsync(paginateListActionExecutions({ client }, { pipelineName }));
  return pages.flatMap(({ actionExecutionDetails = [] }) => actionExecutionDetails);
}
