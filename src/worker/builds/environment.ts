import type { Job } from "../protocol.ts";
import type { Source, Sources } from "./sources.ts";

/** What a build knows of itself: projects have all of it, Commands actions a part (P4.7). */
export interface BuildIdentity {
  readonly buildId: string;
  readonly buildArn?: string;
  readonly buildNumber?: number;
  readonly image?: string;
  readonly kmsKeyId?: string;
  readonly logPath: string;
  readonly projectUuid?: string;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
}

export type Variables = Readonly<Record<string, string>>;

/** The variables that say what build this is (P2.19). Nothing else beginning with `CODEBUILD_` is set. */
export function identityVariables(job: Job, build: BuildIdentity, sources: Sources): Variables {
  const { primary, secondary } = sources;
  return defined({
    AWS_DEFAULT_REGION: job.region,
    AWS_REGION: job.region,
    CODEBUILD_BUILD_ARN: build.buildArn,
    CODEBUILD_BUILD_ID: build.buildId,
    CODEBUILD_BUILD_NUMBER: build.buildNumber?.toString(),
    CODEBUILD_BUILD_IMAGE: build.image,
    CODEBUILD_BUILD_SUCCEEDING: "1",
    CODEBUILD_CI: "true",
    CODEBUILD_EXECUTION_ROLE_BUILD: "",
    CODEBUILD_INITIATOR: `codepipeline/${job.pipeline.pipelineName}`,
    CODEBUILD_KMS_KEY_ID: build.kmsKeyId,
    CODEBUILD_LOG_PATH: build.logPath,
    CODEBUILD_PROJECT_UUID: build.projectUuid,
    CODEBUILD_RESOLVED_SOURCE_VERSION: primary?.artifact.revision,
    CODEBUILD_SOURCE_REPO_URL: primary?.repositoryUrl ?? "",
    CODEBUILD_SOURCE_VERSION: primary === undefined ? undefined : sourceVersion(primary),
    CODEBUILD_SRC_DIR: sources.folder,
    CODEBUILD_START_TIME: String(build.startTime),
    CI: "true",
    MILLRACE_PIPELINE_NAME: job.pipeline.pipelineName,
    MILLRACE_PIPELINE_EXECUTION_ID: job.pipeline.executionId,
    MILLRACE_ACTION_EXECUTION_ID: job.pipeline.actionExecutionId,
    ...Object.assign({}, ...secondary.map(secondaryVariables)),
  });
}

/** `arn:aws:s3:::<bucket>/<key>` of an input (P2.5). */
export function sourceVersion({ artifact }: Source): string {
  return `arn:aws:s3:::${artifact.bucket}/${artifact.key}`;
}

/**
 * Under the artifact's own name, as on AWS; and, since no shell can read `CODEBUILD_SRC_DIR_my-art`, under the name
 * with `_` for each such character, too.
 */
function secondaryVariables(source: Source): Record<string, string> {
  const values = {
    CODEBUILD_SRC_DIR: source.folder,
    CODEBUILD_SOURCE_VERSION: sourceVersion(source),
    CODEBUILD_SOURCE_REPO_URL: source.repositoryUrl,
  };
  const { name } = source.artifact;
  const spellings = new Set([name, name.replace(/[^A-Za-z0-9_]/g, "_")]);
  return Object.fromEntries(
    Object.entries(values).flatMap(([variable, value]) =>
      Array.from(spellings, (spelling) => [`${variable}_${spelling}`, value]),
    ),
  );
}

function defined(values: Record<string, string | undefined>): Variables {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
