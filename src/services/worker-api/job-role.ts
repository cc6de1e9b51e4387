/** Keys of the role that a build or commands run as (P10.5): the operator's settings say for which roles there are any. */
import type { JobRoleRequest } from "../../core/access/types.ts";
import type { Core } from "../../core/core.ts";
import type { KeptJob } from "../../core/jobs/types.ts";
import type { Scope } from "../../core/scope.ts";
import { projectArn } from "../codebuild/arn.ts";
import { passRole, projectNeed } from "../codebuild/authorization.ts";
import { buildOf } from "./build-project.ts";
import { keysOf } from "./wire.ts";

export type JobRole =
  | { readonly kind: "none" }
  /** Of the worker's AWS files: the server knows no keys of it. */
  | { readonly kind: "profile"; readonly roleArn: string; readonly profile: string }
  | { readonly kind: "keys"; readonly roleArn: string; readonly keys: ReturnType<typeof keysOf> }
  /** The message names role and setting. */
  | { readonly kind: "refused"; readonly message: string };

/** The work that is to be done as a role. */
interface Work {
  readonly request: JobRoleRequest;
  /** Why it may not be done so. */
  refusal(): Promise<string | undefined>;
}

const NONE: JobRole = { kind: "none" };
const MINUTE = 60_000;

/**
 * What the commands of a job in a worker's hands run as: decided by the job, whatever the worker says.
 * @throws JobError
 */
export async function jobRole(core: Core, account: string, jobId: string): Promise<JobRole> {
  const { jobs, catalogue, access } = core;
  const starting = await jobs.roleOf({ account }, jobId);
  if (!catalogue.givesKeys) return NONE;
  const job = await jobs.details({ account }, jobId);
  const work = await workOf(core, job, starting);
  if (work === undefined) return NONE;
  const { roleArn } = work.request;
  const setting = catalogue.keysOfRole(roleArn);
  if (setting === undefined) return NONE;
  const refuse = (why: string): JobRole => ({
    kind: "refused",
    message: `The setting roles.${roleArn} gives no keys: ${why}.`,
  });
  if (accountOf(roleArn) !== account) return refuse(`the role isn't of the job's account, ${account}`);
  const refusal = await work.refusal();
  if (refusal !== undefined) return refuse(refusal);
  if (setting !== "millrace") return { kind: "profile", roleArn, profile: setting };
  const session = await access.roleForJob(work.request);
  if ("refused" in session) return refuse(session.refused);
  return { kind: "keys", roleArn, keys: keysOf(session.credentials) };
}

/** Undefined for a job that runs no commands, or isn't running. */
async function workOf(core: Core, job: KeptJob, starting: JobRoleRequest): Promise<Work | undefined> {
  const { type, status } = job;
  if (type.owner !== "AWS" || status !== "InProgress") return undefined;
  switch (type.provider) {
    case "Commands":
      return { request: starting, refusal: async () => undefined };
    case "CodeBuild":
      return await buildWork(core, job, starting);
    default:
      return undefined;
  }
}

/** A build runs as its project's role, and the pipeline's role must be allowed to start it. */
async function buildWork(core: Core, job: KeptJob, starting: JobRoleRequest): Promise<Work | undefined> {
  const build = await buildOf(core, job);
  if (build === undefined) return undefined;
  const { ServiceRoleArnOverride: override } = job.configuration;
  const { scope, name, members } = build.project;
  const { serviceRole, timeoutInMinutes = 60 } = members as {
    readonly serviceRole?: string;
    readonly timeoutInMinutes?: number;
  };
  const roleArn = override ?? serviceRole;
  if (roleArn === undefined) return undefined;
  const { through: _, ...request } = starting;
  return {
    request: {
      ...request,
      roleArn,
      service: "codebuild.amazonaws.com",
      source: { account: scope.account, arn: projectArn(scope, name) },
      sessionName: `AWSCodeBuild-${build.id.slice(name.length + 1)}`,
      expires: Math.min(starting.expires, core.ambient.now() + timeoutInMinutes * MINUTE),
    },
    refusal: () => startRefusal(core, job, { scope, name, override }),
  };
}

/**
 * As on AWS, where StartBuild is a call of the pipeline's role: else whoever may write a pipeline could have any project
 * of the account build what he likes, as a role that he may not pass (attack A23).
 */
async function startRefusal(
  core: Core,
  job: KeptJob,
  { scope, name, override }: { scope: Scope; name: string; override: string | undefined },
): Promise<string | undefined> {
  const why = await core.jobs.roleRefusal(job.scope, job.id, [
    { action: "codebuild:StartBuild", ...projectNeed({ core, scope }, name) },
    ...(override === undefined ? [] : [{ action: "iam:PassRole", ...passRole(override) }]),
  ]);
  return why && `the build is started by the pipeline's role, and ${why}`;
}

function accountOf(roleArn: string): string | undefined {
  return roleArn.split(":")[4];
}
