import { Api } from "./api.ts";
import { cycle } from "./cycle.ts";
import { chain } from "./pipelines.ts";
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

/** Workers that take jobs of pipelines with 40 actions each. */
export async function jobCyclesRig(
  target: Target,
  api: Api,
  { provider, workers, cyclesPerRound }: JobCycles,
): Promise<Rig> {
  for (let index = 0; index < workers * PIPELINES_PER_WORKER; index++) {
    await api.call("CreatePipeline", { pipeline: chain(`cycles-${index}`, provider, ACTIONS) });
  }
  const connections = await Promise.all(Array.from({ length: workers }, () => Api.open(target)));
  return {
    async round() {
      let left = cyclesPerRound;
      const begin = performance.now();
      await Promise.all(
        connections.map(async (worker) => {
          while (left > 0) if (await cycle(worker, provider)) left--;
        }),
      );
      return { done: cyclesPerRound - left, milliseconds: performance.now() - begin };
    },
    async close() {
      for (const worker of connections) worker.close();
    },
  };
}
