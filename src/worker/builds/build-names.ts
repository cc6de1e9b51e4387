import type { StartedBuild } from "../build-protocol.ts";
import type { Job } from "../protocol.ts";

/** The uuid of `<project>:<uuid>` (P2.5). */
function uuidOf({ buildId }: StartedBuild): string {
  return buildId.slice(buildId.lastIndexOf(":") + 1);
}

/** Name of a build's log stream (P11.2). */
export function logStream(started: StartedBuild): string {
  const { logStreamPrefix } = started.project;
  const uuid = uuidOf(started);
  return logStreamPrefix === undefined ? uuid : `${logStreamPrefix}/${uuid}`;
}

/** Where a build is looked at, for the action's links (P2.13, P0.15, P11.2). */
export function buildLinks(job: Job, started: StartedBuild) {
  const { name, logGroup } = started.project;
  return {
    externalExecutionId: started.buildId,
    externalExecutionUrl: `${job.publicUrl}/console/builds/${encodeURIComponent(name)}/${uuidOf(started)}`,
    logStreamArn: logStreamArn(job, logGroup, logStream(started)),
  };
}

/** What a Commands action shows of itself; it has no page of its own (P4.1, P11.2). */
export function commandsLinks(job: Job, externalExecutionId: string) {
  const { pipelineName, actionExecutionId } = job.pipeline;
  return {
    externalExecutionId,
    logStreamArn: logStreamArn(job, `/aws/codepipeline/${pipelineName}`, actionExecutionId),
  };
}

function logStreamArn({ region, accountId }: Job, group: string, stream: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:${stream}`;
}
