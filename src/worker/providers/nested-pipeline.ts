/** Invoke/CodePipeline: starts another pipeline and, unless told otherwise, ends as that execution does (P7.8, P7.9). */
import { type ChildExecution, type Job, JobRefusedError } from "../protocol.ts";
import { type Outcome, type Provider, ProviderError, type Tools } from "../provider.ts";
import { withRetries } from "../retry.ts";
import { declare, optional, required } from "./declare.ts";
import { readConfiguration } from "./nested-pipeline-configuration.ts";
import { rolesCount } from "./roles-count.ts";

/** `false` ends the action once the pipeline is started, as AWS does. */
const WAIT = "nested.wait";

export const nestedPipeline: Provider = {
  declaration: declare({
    category: "Invoke",
    provider: "CodePipeline",
    v2Only: true,
    properties: [...required("PipelineName"), ...optional("SourceRevisions Variables")],
    outputVariables: "dynamic",
    besides: [WAIT],
  }),
  usesRole: rolesCount,
  run,
};

/** One look. The continued job takes the next: no slot of a worker is held while the child runs. */
async function run(job: Job, tools: Tools): Promise<Outcome> {
  const { PipelineName: name = "" } = job.configuration;
  const { executionId, status, variables } = await childOf(job, name, tools);
  const waits = job.settings?.[WAIT] !== "false";
  const isRunning = status === "InProgress" || status === "Stopping";
  const summary = `Pipeline execution ${executionId} of ${name} is ${status}`;
  if (waits && isRunning) {
    return {
      kind: "done",
      summary,
      externalExecutionId: executionId,
      continuationToken: JSON.stringify({ executionId }),
    };
  }
  if (waits && status !== "Succeeded") {
    return {
      kind: "failed",
      type: "JobFailed",
      message: `Pipeline execution ${executionId} of ${name} ended as ${status}`,
      externalExecutionId: executionId,
    };
  }
  tools.log.system(`[Millrace] ${summary}`);
  return {
    kind: "done",
    summary,
    externalExecutionId: executionId,
    outputVariables: { ...variables, ExecutionId: executionId },
  };
}

async function childOf(job: Job, name: string, tools: Tools): Promise<ChildExecution> {
  const { continuationToken } = job;
  if (continuationToken === undefined) return await start(job, name, tools);
  const { executionId } = JSON.parse(continuationToken) as { executionId: string };
  const child = await reaching(tools, () => tools.client.describeChild(job.id, executionId));
  if (child !== undefined) return child;
  throw new ProviderError(
    "JobFailed",
    `Pipeline execution ${executionId} of ${name} is not there any more: the pipeline was deleted`,
  );
}

async function start(job: Job, name: string, tools: Tools): Promise<ChildExecution> {
  const request = readConfiguration(job);
  const started = await reaching(tools, () => tools.client.startChild(job.id, request));
  if ("refused" in started) throw new ProviderError(started.refused.type, started.refused.message);
  tools.log.system(`[Millrace] started execution ${started.child.executionId} of pipeline ${name}`);
  return started.child;
}

/** Both calls may be repeated: what was started is answered again (E13.5). */
function reaching<T>({ signal }: Tools, call: () => Promise<T>): Promise<T> {
  return withRetries(call, {
    service: "AWS CodePipeline",
    signal,
    isTransient: (error) => !(error instanceof JobRefusedError),
  });
}
