import type { PollForJobsOutput } from "@aws-sdk/client-codepipeline";
import { Api } from "./api.ts";
import { chain, customTypes } from "./pipelines.ts";
import type { Rig } from "./rig.ts";
import type { Target } from "./target.ts";

const ACTIONS = 40;
/** More than there are workers, so that a job is always waiting. */
const PIPELINES_PER_WORKER = 2;

export interface JobCycles {
  readonly provider: string;
  readonly workers: number;
  readonly cyclesPerRound: number;
}

/** Workers that take jobs of pipelines with 40 actions each, and start those that ended again. */
export async function jobCyclesRig(
  target: Target,
  api: Api,
  { provider, workers, cyclesPerRound }: JobCycles,
): Promise<Rig> {
  const { source, test } = customTypes(provider);
  for (let index = 0; index < workers * PIPELINES_PER_WORKER; index++) {
    await api.call("CreatePipeline", { pipeline: chain(`cycles-${index}`, provider, ACTIONS) });
  }
  const connections = await Promise.all(Array.from({ length: workers }, () => Api.open(target)));

  /** @returns whether there was a job of this type */
  const cycle = async (worker: Api, actionTypeId: object): Promise<boolean> => {
    const { jobs = [] } = await worker.call<PollForJobsOutput>("PollForJobs", {
      actionTypeId,
      maxBatchSize: 1,
    });
    for (const { id: jobId, nonce, data } of jobs) {
      await worker.call("AcknowledgeJob", { jobId, nonce });
      await worker.call("PutJobSuccessResult", { jobId });
      const { pipelineName: name, action } = data?.pipelineContext ?? {};
      if (action?.name === `action-${ACTIONS - 1}`) await worker.call("StartPipelineExecution", { name });
    }
    return jobs.length > 0;
  };

  return {
    async round() {
      let left = cyclesPerRound;
      const begin = performance.now();
      await Promise.all(
        connections.map(async (worker) => {
          while (left-- > 0) {
            // Sources are few: who finds no test looks for one.
            while (!((await cycle(worker, test)) || (await cycle(worker, source))));
          }
        }),
      );
      return { done: cyclesPerRound, milliseconds: performance.now() - begin };
    },
    async close() {
      for (const worker of connections) worker.close();
    },
  };
}
