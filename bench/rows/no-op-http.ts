import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogger } from "../../src/server/logger.ts";
import { createHttpJobClient, startWorker } from "../../src/worker/index.ts";
import { Api } from "../support/api.ts";
import { sqliteCommitsRig } from "../support/bare-commits.ts";
import { createNoOps } from "../support/no-op.ts";
import { ACTIONS, COMMITS, noOpRow } from "../support/no-op-row.ts";
import { chain, createTypes, customTypes } from "../support/pipelines.ts";
import { type Rig, rigOf } from "../support/rig.ts";
import { scratchFolder } from "../support/scratch.ts";
import { startServer } from "../support/server-process.ts";

const name = "no-ops";
const provider = "NoOp";

export const noOpHttp = noOpRow({
  name: "no-op-http",
  through: "a worker in another process, over HTTP, SQLite FULL",
  budgetSeconds: 0.8,
  rigs: async (stack) => [await externalRig(stack), await sqliteCommitsRig(stack, COMMITS)],
});

/** The server is a process of its own, the worker is in this one. */
async function externalRig(stack: AsyncDisposableStack): Promise<Rig> {
  const server = await startServer(stack, ["--no-worker"]);
  const { url: endpoint, region, credentials } = server;
  const client = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  stack.defer(() => client.close());
  const { source, test } = customTypes(provider);
  const { providers, ran } = createNoOps([source, test]);
  const workDir = join(await scratchFolder(stack), "worker");
  const worker = await startWorker({
    client,
    version: "bench",
    workDir,
    logger: createLogger("warn"),
    providers,
  });
  stack.defer(() => worker.stop(10_000));
  const api = await Api.open(server);
  stack.defer(() => api.close());
  await createTypes(api, provider);

  /** From the moment that an execution was asked for to its success. */
  const run = async (ask: () => Promise<string>) => {
    const all = ran(ACTIONS);
    const pipelineExecutionId = await ask();
    await all;
    for (;;) {
      const input = { pipelineName: name, pipelineExecutionId };
      const { pipelineExecution } = await api.call<Execution>("GetPipelineExecution", input);
      if (pipelineExecution.status === "Succeeded") return;
      await sleep(1);
    }
  };
  // Creating a pipeline starts it.
  const created = ran(ACTIONS);
  await api.call("CreatePipeline", { pipeline: chain(name, provider, ACTIONS) });
  await created;
  return rigOf(() =>
    run(async () => (await api.call<Started>("StartPipelineExecution", { name })).pipelineExecutionId),
  );
}

interface Started {
  readonly pipelineExecutionId: string;
}

interface Execution {
  readonly pipelineExecution: { readonly status: string };
}
