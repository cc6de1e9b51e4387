import type { PollForJobsOutput } from "@aws-sdk/client-codepipeline";
import type { Api } from "./api.ts";
import { customTypes, LAST } from "./pipelines.ts";

/**
 * Polls for one job of a chain, acknowledges it and reports its success; a chain that ended by it is started again.
 * Sources are few: a worker that finds no test looks for one.
 *
 * @returns whether there was a job
 */
export async function cycle(worker: Api, provider: string): Promise<boolean> {
  const { test, source } = customTypes(provider);
  for (const actionTypeId of [test, source]) {
    const input = { actionTypeId, maxBatchSize: 1 };
    const { jobs: [job] = [] } = await worker.call<PollForJobsOutput>("PollForJobs", input);
    if (job === undefined) continue;
    await worker.call("AcknowledgeJob", { jobId: job.id, nonce: job.nonce });
    await worker.call("PutJobSuccessResult", { jobId: job.id });
    const { pipelineName: name, action } = job.data?.pipelineContext ?? {};
    if (action?.name === LAST) await worker.call("StartPipelineExecution", { name });
    return true;
  }
  return false;
}

/** Reports the success of the source that is queued. @returns the id of its execution */
export async function takeSource(worker: Api, provider: string): Promise<string> {
  const input = { actionTypeId: customTypes(provider).source, maxBatchSize: 1 };
  const { jobs: [job] = [] } = await worker.call<PollForJobsOutput>("PollForJobs", input);
  if (job === undefined) throw new Error("no source is queued");
  await worker.call("AcknowledgeJob", { jobId: job.id, nonce: job.nonce });
  await worker.call("PutJobSuccessResult", { jobId: job.id });
  return job.data?.pipelineContext?.pipelineExecutionId ?? "";
}
