/**
 * Pipelines that actions of others start (P7.8, P7.9). The job says which: the one that its configuration names, of its
 * account and its action's region. As with buckets and repositories, who may write a pipeline decides what it starts,
 * unless roles count here (P10.5).
 */
import type { Core } from "../../core/core.ts";
import { JobError, type KeptJob } from "../../core/jobs/types.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { findExecution } from "../../core/store/queries/executions.ts";
import { findPipelineHead, type PipelineHead } from "../../core/store/queries/pipelines.ts";
import { executionOfToken } from "../../core/store/start-tokens.ts";
import { AwsError } from "../aws-json/error.ts";
import { actionArn } from "../codepipeline/arn.ts";
import { pipelineNeed } from "../codepipeline/authorization.ts";
import { pipelineNotFound, validation } from "../codepipeline/errors.ts";
import { checkStartInput, startExecution } from "../codepipeline/start-execution.ts";
import { executionState } from "../codepipeline/stored.ts";
import { findLoop, LEVELS } from "./nested-loop.ts";

/** What the job's provider read from its configuration. */
export interface ChildRequest {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly sourceRevisions: readonly {
    readonly actionName: string;
    readonly revisionType: string;
    readonly revisionValue: string;
  }[];
}

/**
 * Starts the job's pipeline, or answers the execution that an earlier job of the same action execution started (E13.5):
 * that one even where it couldn't be started any more.
 *
 * @throws JobError when the job isn't a nested pipeline's, or not in a worker's hands
 */
export async function startChild(core: Core, job: KeptJob, request: ChildRequest) {
  const { scope, name } = childOf(job);
  try {
    const pipeline = await findPipelineHead(core.store.read, scope, name);
    if (pipeline === undefined) throw pipelineNotFound({ scope }, name);
    const token = tokenOf(job);
    const earlier = await executionOfToken(core.store.read, pipeline.id, token);
    const refusal = earlier === undefined ? await startRefusal(core, job) : undefined;
    if (refusal !== undefined) return { refused: { type: "PermissionError" as const, message: refusal } };
    const executionId = earlier ?? (await start(core, job, pipeline, request, token));
    const child = await stateOf(core, pipeline, executionId);
    if (child === undefined) throw pipelineNotFound({ scope }, name);
    return { child };
  } catch (error) {
    if (error instanceof AwsError && error.status < 500) return { refused: refusalOf(error) };
    throw error;
  }
}

/**
 * How an execution of the job's pipeline is; undefined when it is there no more.
 *
 * @throws JobError as `startChild`
 */
export async function describeChild(core: Core, job: KeptJob, executionId: string) {
  const { scope, name } = childOf(job);
  const pipeline = await findPipelineHead(core.store.read, scope, name);
  return pipeline && (await stateOf(core, pipeline, executionId));
}

function childOf({ id, type, status, scope, work, configuration }: KeptJob) {
  const { owner, category, provider } = type;
  const { PipelineName: name } = configuration;
  if (owner !== "AWS" || category !== "Invoke" || provider !== "CodePipeline" || name === undefined)
    throw new JobError("JobNotFound", id);
  if (status !== "InProgress") throw new JobError("AlreadyTerminated", id);
  return { scope: { account: scope.account, region: work.region }, name };
}

/** No caller can give it: theirs have no colons. */
function tokenOf({ actionExecutionId }: KeptJob): string {
  return `nested:${actionExecutionId}`;
}

async function startRefusal(core: Core, job: KeptJob): Promise<string | undefined> {
  const { scope, name } = childOf(job);
  const need = { action: "codepipeline:StartPipelineExecution", ...pipelineNeed({ core, scope }, name) };
  const why = await core.jobs.roleRefusal(job.scope, job.id, [need]);
  return why && `Pipeline ${name} is started by the pipeline's role, and ${why}`;
}

async function start(
  core: Core,
  job: KeptJob,
  pipeline: PipelineHead,
  { variables, sourceRevisions }: ChildRequest,
  clientRequestToken: string,
): Promise<string> {
  const { scope, name } = childOf(job);
  const above = [...(await aboveOf(core, job)), pipelineArn(job.scope, job.pipelineName)].slice(-LEVELS);
  const loop = await findLoop(core, { scope, name }, above);
  if (loop !== undefined) throw validation(`Pipeline ${loop} would start itself`);
  // The model has no empty lists.
  const input = checkStartInput({
    name,
    ...(variables.length > 0 && { variables }),
    ...(sourceRevisions.length > 0 && { sourceRevisions }),
  });
  const detail = actionArn(job.scope, job.pipelineName, job.stage, job.action);
  return startExecution(
    { core, scope },
    { ...pipeline, name },
    { ...input, clientRequestToken, trigger: { type: "StartPipelineExecution", detail, above } },
  );
}

/** The pipelines above the job's own, if it is nested itself. */
async function aboveOf(
  core: Core,
  { scope, pipelineName, executionId }: KeptJob,
): Promise<readonly string[]> {
  const parent = await findPipelineHead(core.store.read, scope, pipelineName);
  const execution = parent && (await findExecution(core.store.read, parent.id, executionId));
  return (execution && executionState(execution).trigger.above) ?? [];
}

async function stateOf(core: Core, pipeline: PipelineHead, executionId: string) {
  const row = await findExecution(core.store.read, pipeline.id, executionId);
  if (row === undefined) return undefined;
  const { status, variables = {} } = executionState(row);
  return { executionId, status, variables };
}

/** P0.10: a full pipeline passes, everything else is as the action's configuration has it. */
function refusalOf({ code, message }: AwsError) {
  const type =
    code === "ConcurrentPipelineExecutionsLimitExceededException"
      ? ("SystemUnavailable" as const)
      : ("ConfigurationError" as const);
  return { type, message };
}
