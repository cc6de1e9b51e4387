/** The members of a CodeBuild project that decide how a build runs (P2.2), as the worker takes them. */
import type { CreateProjectInput } from "@aws-sdk/client-codebuild";
import type { Begun } from "../../core/builds/index.ts";
import type { Core } from "../../core/core.ts";
import { JobError, type KeptJob } from "../../core/jobs/types.ts";
import { buildArn, projectArn } from "../codebuild/arn.ts";
import { toWire } from "../codebuild/project.ts";

/**
 * The build of the project that a job names: the first call makes its record. Undefined when there is no such project.
 *
 * @param nonce of the worker that asks for itself
 * @throws JobError when the job isn't a build's, or not in a worker's hands
 */
export async function buildOf({ builds }: Core, job: KeptJob, nonce?: string): Promise<Begun | undefined> {
  const { ProjectName: projectName } = job.configuration;
  const { owner, provider } = job.type;
  if (owner !== "AWS" || provider !== "CodeBuild" || projectName === undefined)
    throw new JobError("JobNotFound", job.id);
  const scope = { account: job.scope.account, region: job.work.region };
  return builds.startBuild(scope, {
    projectName,
    jobId: job.id,
    ...(nonce !== undefined && { nonce }),
    initiator: `codepipeline/${job.pipelineName}`,
  });
}

/** @param allowOutgoing what may be reached besides the public internet, as the operator wrote it */
export function startedBuild(build: Begun, allowOutgoing: readonly string[]) {
  const queuedSince = build.state.phases.find(({ phaseType }) => phaseType === "QUEUED")?.startTime;
  const { scope, name, uuid } = build.project;
  const project = toWire(build.project);
  const { environment, source, logsConfig, fileSystemLocations } = project as CreateProjectInput;
  const cloudWatch = logsConfig?.cloudWatchLogs;
  return {
    buildId: build.id,
    buildArn: buildArn(scope, build.id),
    buildNumber: build.number,
    ...(build.waits && { waits: true as const }),
    ...(queuedSince !== undefined && { queuedSince }),
    ...(source?.gitSubmodulesConfig?.fetchSubmodules && { submodules: { allowOutgoing } }),
    project: {
      name,
      arn: projectArn(scope, name),
      uuid,
      ...(source?.buildspec !== undefined && { buildspec: source.buildspec }),
      ...(source?.gitCloneDepth !== undefined && { gitCloneDepth: source.gitCloneDepth }),
      image: environment?.image ?? "",
      ...(environment?.registryCredential?.credential !== undefined && {
        registryCredential: environment.registryCredential.credential,
      }),
      computeType: environment?.computeType ?? "",
      environmentType: environment?.type ?? "",
      privilegedMode: environment?.privilegedMode ?? false,
      fileSystems: (fileSystemLocations ?? []).map(
        ({ identifier, location }) => identifier ?? location ?? "",
      ),
      environmentVariables: (environment?.environmentVariables ?? []).map(({ name, value, type }) => ({
        name: name ?? "",
        value: value ?? "",
        ...(type !== undefined && { type }),
      })),
      timeoutInMinutes: project.timeoutInMinutes ?? 60,
      encryptionKey: project.encryptionKey ?? "",
      logGroup: cloudWatch?.groupName ?? `/aws/codebuild/${name}`,
      ...(cloudWatch?.streamName !== undefined && { logStreamPrefix: cloudWatch.streamName }),
    },
  };
}
