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

/** How many results are reported at once, each for a pipeline of its own. */
export const CALLERS = 64;

/** All of them in progress; their jobs are handed out in turn. */
export const BUSY_PIPELINES = 1_000;

/**
 * Rounds until V8 has compiled what runs in them, which is soon for a server and half of what a short measurement would
 * show.
 */
const WARM_UP = 300;

/** Warms the code up on a database of its own, so that those that are measured are as small as they begin. */
export async function warmUpTransitions(): Promise<void> {
  const rig = await transitionsRig(0);
  try {
    for (let round = 0; round < WARM_UP; round++) await rig.round();
  } finally {
    await rig.close();
  }
}

/**
 * Each round reports the results of as many jobs as there are callers, all at once. Handing out the jobs and starting
 * new executions happens between, and doesn't count.
 *
 * @param pastExecutions executions that ended before, shared out among the pipelines
 */
export async function transitionsRig(pastExecutions: number): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  const store = await openStore({ dataDir });
  const { commands, jobs } = compose(store);
  const start = (name: string) => commands.start(scope, name, { trigger, variables: {}, revisions: {} });
  for (let index = 0; index < BUSY_PIPELINES; index++) {
    const name = `pipeline-${index}`;
    const version = { name, declaration: { name }, definition: definition(name), bindings: [] };
    await commands.createPipeline(scope, version, {}, []);
    await start(name);
  }
  await insertPastExecutions(store, pastExecutions);

  return {
    async round() {
      const ready = await jobs.poll(scope, { types: [type], max: CALLERS });
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
