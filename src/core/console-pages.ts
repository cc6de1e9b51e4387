/** Pages of the console that messages link to (P0.15). */

/** @param publicUrl without a trailing slash */
export function pipelinePage(publicUrl: string, pipelineName: string): string {
  return `${publicUrl}/console/pipelines/${encodeURIComponent(pipelineName)}`;
}

/** @param publicUrl without a trailing slash */
export function executionPage(publicUrl: string, pipelineName: string, executionId: string): string {
  return `${pipelinePage(publicUrl, pipelineName)}/executions/${executionId}`;
}
