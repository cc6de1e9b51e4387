import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccess } from "../../src/core/access/index.ts";
import { createCatalogue } from "../../src/core/catalogue.ts";
import { createCommands } from "../../src/core/commands/index.ts";
import type { ActionDefinition, ActionTypeId, Definition } from "../../src/core/engine/index.ts";
import { createIds } from "../../src/core/ids.ts";
import { createJobs } from "../../src/core/jobs/index.ts";
import { randomBytes } from "../../src/core/random-bytes.ts";
import { openStore } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import { insertPastExecutions } from "./past-executions.ts";
import type { Rig } from "./rig.ts";

const ACTIONS = 12;
const scope = { account: "000000000000", region: "us-east-1" };
const type: ActionTypeId = { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" };
const trigger = { type: "StartPipelineExecution", detail: "bench" };

/**
 * Each round reports the results of one job of every pipeline, all at once. Handing out the jobs and starting new
 * executions happens between, and doesn't count.
 *
 * @param callers how many results are reported at once, each for a pipeline of its own
 * @param pastExecutions executions that ended before, shared out among the pipelines
 */
export async function transitionsRig(callers: number, pastExecutions: number): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  const store = await openStore({ dataDir });
  const { commands, jobs } = compose(store);
  const start = (name: string) => commands.start(scope, name, { trigger, variables: {}, revisions: {} });
  for (let index = 0; index < callers; index++) {
    const name = `pipeline-${index}`;
    const version = { name, declaration: { name }, definition: definition(name), bindings: [] };
    await commands.createPipeline(scope, version, {}, []);
    await start(name);
  }
  await insertPastExecutions(store, pastExecutions);

  return {
    async round() {
      const ready = await jobs.poll(scope, { types: [type], max: callers });
      const begin = performance.now();
      await Promise.all(ready.map((job) => jobs.succeed(scope, job.id, { summary: "Build succeeded" })));
      const milliseconds = performance.now() - begin;
      const ended = ready.filter((job) => job.action === `action-${ACTIONS - 1}`);
      await Promise.all(ended.map((job) => start(job.pipelineName)));
      return { done: ready.length, milliseconds };
    },
    async close() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function compose(store: Store) {
  const clock = { now: Date.now, randomBytes };
  const ambient = { ...clock, newId: createIds(clock) };
  const root = { accessKeyId: "AKIABENCH", secretAccessKey: "bench" };
  const secret = randomBytes(32);
  const access = createAccess({
    ambient,
    account: scope.account,
    root,
    secret,
    allowAnyCredentials: false,
    jobIsOpen: async () => true,
  });
  const builtIn = {
    id: type,
    tier: 1,
    inputs: { minimum: 0, maximum: 5 },
    outputs: { minimum: 0, maximum: 5 },
    properties: [],
    outputVariables: [],
    defaultTimeoutMinutes: 60,
    needs: [],
  } as const;
  const catalogue = createCatalogue([builtIn]);
  const commands = createCommands({ store, ambient, catalogue, maxConcurrentExecutions: 50 });
  return {
    commands,
    jobs: createJobs({
      store,
      ambient,
      access,
      commands,
      catalogue,
      workerLost: async () => undefined,
      keepCommit: async () => undefined,
    }),
  };
}

/** Stages of three actions in a row, each with the artifact of the one before. */
function definition(pipelineName: string): Omit<Definition, "version"> {
  const actions = Array.from(
    { length: ACTIONS },
    (_, index): ActionDefinition => ({
      name: `action-${index}`,
      runOrder: (index % 3) + 1,
      type,
      configuration: { ProjectName: "project" },
      inputs: index === 0 ? [] : [`artifact-${index - 1}`],
      outputs: [{ name: `artifact-${index}` }],
      region: scope.region,
      timeoutMinutes: 60,
    }),
  );
  return {
    pipelineName,
    ...scope,
    mode: "SUPERSEDED",
    variables: [],
    stores: { [scope.region]: { bucket: "artifacts" } },
    stages: Array.from({ length: ACTIONS / 3 }, (_, stage) => ({
      name: `stage-${stage}`,
      actions: actions.slice(3 * stage, 3 * stage + 3),
    })),
  };
}
