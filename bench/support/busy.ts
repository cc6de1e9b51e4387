/** Pipelines that are all in progress, and move on at a steady pace. */
import { Api } from "./api.ts";
import { cycle } from "./cycle.ts";
import { chain, createTypes } from "./pipelines.ts";
import type { Target } from "./target.ts";

const PROVIDER = "Busy";
const ACTIONS = 10;
const WORKERS = 4;

export interface Busy extends AsyncDisposable {
  /** @throws what ended the work before its time */
  check(): void;
}

/** @param cyclesPerSecond of poll, acknowledge and result, all pipelines together */
export async function keepBusy(target: Target, pipelines: number, cyclesPerSecond: number): Promise<Busy> {
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => Api.open(target)));
  const [first] = workers;
  if (first === undefined) throw new Error("there are no workers");
  await createTypes(first, PROVIDER);
  let created = 0;
  const create = async (worker: Api) => {
    while (created < pipelines) {
      const pipeline = chain(`busy-${created++}`, PROVIDER, ACTIONS);
      await worker.call("CreatePipeline", { pipeline });
    }
  };
  await Promise.all(workers.map(create));

  const idle = [...workers];
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  const timer = setInterval(() => {
    const worker = idle.pop();
    if (worker === undefined) return;
    const work = cycle(worker, PROVIDER)
      .then(() => void idle.push(worker))
      .catch((error) => {
        failure = error;
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }, 1_000 / cyclesPerSecond);

  return {
    check() {
      if (failure !== undefined) throw failure;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all(underWay);
      for (const worker of workers) worker.close();
    },
  };
}
