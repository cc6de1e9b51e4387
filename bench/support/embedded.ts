/** A pipeline of no-op actions, done by a worker inside the process that holds the core, as `millrace start` has it. */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAccess } from "../../src/core/access/index.ts";
import type { Definition } from "../../src/core/engine/index.ts";
import { createIds } from "../../src/core/ids.ts";
import { DEFAULT_QUOTAS } from "../../src/core/quotas.ts";
import { randomBytes } from "../../src/core/random-bytes.ts";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import { findExecutions } from "../../src/core/store/queries/executions.ts";
import { composeCore } from "../../src/server/compose.ts";
import { embeddedJobClient } from "../../src/server/embedded-worker.ts";
import { createLogger } from "../../src/server/logger.ts";
import { startWorker } from "../../src/worker/index.ts";
import { createNoOps } from "./no-op.ts";
import { type Rig, rigOf } from "./rig.ts";
import { scratchFolder } from "./scratch.ts";

const scope = { account: "000000000000", region: "us-east-1" };
/** One that the server knows; done by a provider that does nothing. */
const type = { category: "Compute", owner: "AWS", provider: "Commands", version: "1" };
const name = "no-ops";

/** Each round runs the pipeline once, from its start to its success. @param place where the store is; the folder of `stack` if none is given */
export async function embeddedRig(
  stack: AsyncDisposableStack,
  actions: number,
  place?: StorePlace,
): Promise<Rig> {
  const dataDir = await scratchFolder(stack);
  const store = await openStore(place ?? { dataDir });
  stack.defer(() => store.close());
  const clock = { now: Date.now, randomBytes };
  const ambient = { ...clock, newId: createIds(clock) };
  const root = { accessKeyId: "AKIABENCH", secretAccessKey: "bench" };
  const secret = randomBytes(32);
  const { account, region } = scope;
  const core = await composeCore({
    ambient,
    store,
    access: createAccess({
      ambient,
      account,
      root,
      secret,
      allowAnyCredentials: false,
      jobIsOpen: async () => true,
    }),
    settings: {
      publicUrl: () => "http://127.0.0.1",
      dataDir,
      defaultAccount: account,
      defaultRegion: region,
      allowOutgoing: [],
      maxConcurrentExecutions: 50,
      quotas: DEFAULT_QUOTAS,
    },
  });
  stack.defer(() => core.artifacts.close());
  stack.defer(() => core.repositories.close());
  const { providers, ran } = createNoOps([type]);
  const worker = await startWorker({
    client: embeddedJobClient(core, account),
    version: "bench",
    workDir: join(dataDir, "worker"),
    logger: createLogger("warn"),
    providers,
  });
  stack.defer(() => worker.stop(10_000));

  const version = { name, declaration: { name }, definition: definition(actions), bindings: [] };
  await core.commands.createPipeline(scope, version, {}, []);
  return rigOf(async () => {
    const all = ran(actions);
    const trigger = { type: "StartPipelineExecution", detail: "bench" };
    const { executionId } = await core.commands.start(scope, name, { trigger, variables: {}, revisions: {} });
    await all;
    while ((await findExecutions(store.read, [executionId]))[0]?.status !== "Succeeded") await sleep(1);
  });
}

function definition(actions: number): Omit<Definition, "version"> {
  return {
    pipelineName: name,
    ...scope,
    mode: "SUPERSEDED",
    variables: [],
    stores: { [scope.region]: { bucket: "artifacts" } },
    stages: [
      {
        name: "Work",
        actions: Array.from({ length: actions }, (_, index) => ({
          name: `action-${index}`,
          runOrder: index + 1,
          type,
          configuration: {},
          inputs: [],
          outputs: [],
          region: scope.region,
          timeoutMinutes: 60,
        })),
      },
    ],
  };
}
