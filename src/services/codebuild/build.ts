/** A build as AWS answers it (P2.5 to P2.7). */
import type { Build, BuildPhase } from "@aws-sdk/client-codebuild";
import type { ReportedPhase, StoredBuild } from "../../core/builds/index.ts";
import { buildArn } from "./arn.ts";
import { toWire as projectToWire } from "./project.ts";

export function toWire(build: StoredBuild, publicUrl: string): Build {
  const { scope, id, state } = build;
  const project = projectToWire(build.project);
  const [, uuid] = id.split(":");
  const complete = state.buildStatus !== "IN_PROGRESS";
  const ended = complete ? state.phases.at(-1)?.startTime : undefined;
  const group = project.logsConfig?.cloudWatchLogs?.groupName ?? `/aws/codebuild/${build.project.name}`;
  const prefix = project.logsConfig?.cloudWatchLogs?.streamName;
  const stream = prefix === undefined ? uuid : `${prefix}/${uuid}`;
  return {
    id,
    arn: buildArn(scope, id),
    buildNumber: build.number,
    projectName: build.project.name,
    buildStatus: state.buildStatus as Build["buildStatus"],
    buildComplete: complete,
    currentPhase: state.currentPhase,
    startTime: new Date(build.started),
    ...(ended !== undefined && { endTime: new Date(ended) }),
    initiator: build.initiator,
    ...(state.sourceVersion !== undefined && { sourceVersion: state.sourceVersion }),
    ...(state.resolvedSourceVersion !== undefined && { resolvedSourceVersion: state.resolvedSourceVersion }),
    source: project.source,
    environment: project.environment,
    serviceRole: project.serviceRole,
    timeoutInMinutes: project.timeoutInMinutes,
    queuedTimeoutInMinutes: project.queuedTimeoutInMinutes,
    encryptionKey: project.encryptionKey,
    cache: project.cache,
    phases: state.phases.map(toPhase),
    exportedEnvironmentVariables: state.exportedEnvironmentVariables.map((variable) => ({ ...variable })),
    logs: {
      groupName: group,
      streamName: stream,
      deepLink: `${publicUrl}/console/builds/${build.project.name}/${uuid}`,
      cloudWatchLogsArn: `arn:aws:logs:${scope.region}:${scope.account}:log-group:${group}:log-stream:${stream}`,
    },
  };
}

function toPhase({ startTime, endTime, contexts, ...phase }: ReportedPhase): BuildPhase {
  return {
    ...(phase as Pick<BuildPhase, "phaseType" | "phaseStatus" | "durationInSeconds">),
    startTime: new Date(startTime),
    ...(endTime !== undefined && { endTime: new Date(endTime) }),
    ...(contexts !== undefined && { contexts: contexts.map((context) => ({ ...context })) }),
  };
}
