/** A project as AWS answers it: what was given, with the defaults of P2.3. */
import type { CreateProjectInput, Project } from "@aws-sdk/client-codebuild";
import type { ProjectMembers, StoredProject } from "../../core/builds/index.ts";
import { AwsError } from "../aws-json/error.ts";
import { projectArn } from "./arn.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/;
const TIMEOUT = { minimum: 5, maximum: 2160 };
const QUEUED_TIMEOUT = { minimum: 5, maximum: 480 };
/** Of sources, and of artifacts, besides the first (P2.2). */
const MOST_SECONDARY = 12;

export function toWire(project: StoredProject): Project {
  const { scope, name, created, updated, members } = project;
  const given = members as Omit<CreateProjectInput, "name">;
  return {
    timeoutInMinutes: 60,
    queuedTimeoutInMinutes: 480,
    cache: { type: "NO_CACHE" },
    encryptionKey: `arn:aws:kms:${scope.region}:${scope.account}:alias/aws/s3`,
    ...given,
    // As on AWS, -1 stands for none where it is given, and isn't shown.
    ...(given.concurrentBuildLimit === -1 && { concurrentBuildLimit: undefined }),
    artifacts: withDefaults(name, given.artifacts),
    badge: { badgeEnabled: given.badgeEnabled ?? false },
    name,
    arn: projectArn(scope, name),
    created: new Date(created),
    lastModified: new Date(updated),
  } as Project;
}

/** Types that have a place are named after the project and not packaged, unless they say otherwise (P2.3). */
function withDefaults(project: string, artifacts: Project["artifacts"]): Project["artifacts"] {
  if (artifacts === undefined || artifacts.type === "NO_ARTIFACTS") return artifacts;
  return { name: project, packaging: "NONE", ...artifacts };
}

/** What a caller gave, less the name and what wasn't given, ready to be kept. */
export function toMembers({ name: _, ...given }: { name?: string | undefined }): ProjectMembers {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * Refuses what CodeBuild refuses in a project; on an update, members left out aren't judged.
 *
 * @throws AwsError InvalidInputException
 */
export function checkProject(project: Partial<CreateProjectInput>): void {
  if (project.name === undefined || !NAME.test(project.name)) {
    throw invalid(
      `Invalid project name: '${project.name ?? ""}'. Use 2 to 150 letters, digits, hyphens and underscores, ` +
        "beginning with a letter or digit",
    );
  }
  checkRange("timeoutInMinutes", project.timeoutInMinutes, TIMEOUT);
  checkRange("queuedTimeoutInMinutes", project.queuedTimeoutInMinutes, QUEUED_TIMEOUT);
  const { concurrentBuildLimit: limit } = project;
  if (limit !== undefined && limit < 1 && limit !== -1)
    throw invalid(`Invalid concurrentBuildLimit: ${limit}. Give a number from 1 on, or -1 for no limit`);
  for (const member of ["secondarySources", "secondaryArtifacts"] as const) {
    const count = project[member]?.length ?? 0;
    if (count > MOST_SECONDARY)
      throw invalid(`Invalid ${member}: ${count} given. Give up to ${MOST_SECONDARY}`);
  }
  const source = project.source?.type;
  const artifacts = project.artifacts?.type;
  if (source !== undefined && artifacts !== undefined) {
    if ((source === "CODEPIPELINE") !== (artifacts === "CODEPIPELINE")) {
      throw invalid(
        "Invalid artifacts: artifact type CODEPIPELINE should be used with source type CODEPIPELINE",
      );
    }
  }
  if (source === "NO_SOURCE" && !project.source?.buildspec?.includes("\n")) {
    throw invalid("Invalid project source: source type NO_SOURCE needs an inline buildspec");
  }
  for (const variable of project.environment?.environmentVariables ?? []) {
    if (variable.name?.startsWith("CODEBUILD_")) {
      throw invalid(
        `Invalid environment variable: '${variable.name}'. Names beginning CODEBUILD_ are reserved`,
      );
    }
  }
}

function checkRange(
  member: string,
  value: number | undefined,
  allowed: { minimum: number; maximum: number },
): void {
  if (value === undefined || (value >= allowed.minimum && value <= allowed.maximum)) return;
  throw invalid(`Invalid ${member}: ${value}. Give a number from ${allowed.minimum} to ${allowed.maximum}`);
}

/** InvalidInputException, which is what CodeBuild answers for every input it can't take. */
export function invalid(message: string): AwsError {
  return new AwsError("InvalidInputException", message);
}
