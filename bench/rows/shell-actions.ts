/** What a pipeline adds to the commands that it runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Api } from "../support/api.ts";
import { takeSource } from "../support/cycle.ts";
import { duration } from "../support/numbers.ts";
import { afterSource, createTypes } from "../support/pipelines.ts";
import { compare, type Rig, rigOf } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";

const ACTIONS = 40;
/** Short, as commands go, but a real one. */
const COMMAND = "node --version";
const MOST = 1.5;
const name = "commands";
const provider = "Bench";

export const shellActions: Row = {
  name: "shell-actions",
  what: `${ACTIONS} sequential Commands actions (\`${COMMAND}\`), the whole pipeline, against spawning \`sh -c\` with the same, bare`,
  budget: `< ${MOST} ×`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const pipeline = await pipelineRig(stack, await startServer(stack));
    const bare = rigOf(async () => {
      for (let action = 0; action < ACTIONS; action++) await run(COMMAND);
    });
    const [measured, baseline] = await compare(pipeline, bare, { rounds: 7, warmUp: 2 });
    const added = (measured - baseline) / ACTIONS;
    const ratio = measured / baseline;
    return {
      measured: `${duration(measured)} (${added.toFixed(1)} ms added per action)`,
      baseline: duration(baseline),
      ratio,
      holds: ratio < MOST,
    };
  },
};

async function run(command: string): Promise<void> {
  const child = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.resume();
  child.stderr.resume();
  await once(child, "close");
}

/** Each round begins when the source is done, and ends with the execution's success. */
async function pipelineRig(stack: AsyncDisposableStack, server: ServerProcess): Promise<Rig> {
  const api = await Api.open(server);
  stack.defer(() => api.close());
  await createTypes(api, provider);
  const actions = Array.from({ length: ACTIONS }, (_, index) => ({
    name: `action-${index}`,
    actionTypeId: { category: "Compute", owner: "AWS", provider: "Commands", version: "1" } as const,
    commands: [COMMAND],
    runOrder: index + 1,
  }));
  await api.call("CreatePipeline", { pipeline: afterSource(name, provider, actions) });
  await takeSource(api, provider);
  return {
    async round() {
      await api.call("StartPipelineExecution", { name });
      const pipelineExecutionId = await takeSource(api, provider);
      const begin = performance.now();
      await succeeded(api, pipelineExecutionId);
      return { done: 1, milliseconds: performance.now() - begin };
    },
    async close() {},
  };
}

async function succeeded(api: Api, pipelineExecutionId: string): Promise<void> {
  const input = { pipelineName: name, pipelineExecutionId };
  for (;;) {
    const { pipelineExecution } = await api.call<Execution>("GetPipelineExecution", input);
    if (pipelineExecution.status === "Succeeded") return;
    if (pipelineExecution.status !== "InProgress") {
      throw new Error(`execution ${pipelineExecutionId} is ${pipelineExecution.status}`);
    }
    // Seldom enough not to be in the way.
    await sleep(10);
  }
}

interface Execution {
  readonly pipelineExecution: { readonly status: string };
}
