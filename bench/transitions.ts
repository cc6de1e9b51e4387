/**
 * Durable transitions: a job's result in, everything that follows from it committed, the next job ready. The engine,
 * the commands and the store, on SQLite with synchronous=FULL and a clock like the server's, without HTTP.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccess } from "../src/core/access/index.ts";
import { createCatalogue } from "../src/core/catalogue.ts";
import { createCommands } from "../src/core/commands/index.ts";
import type { ActionDefinition, ActionTypeId, Definition } from "../src/core/engine/index.ts";
import { createJobs } from "../src/core/jobs/index.ts";
import { openStore } from "../src/core/store/open.ts";
import type { Store } from "../src/core/store/store.ts";
import { insertPastExecutions } from "./past-executions.ts";

const CALLERS = 64;
const ACTIONS = 12;
const scope = { account: "000000000000", region: "us-east-1" };
const type: ActionTypeId = { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" };

export interface TransitionsOptions {
  /** For how long transitions are timed. */
  readonly milliseconds: number;
  /** Executions that ended before, shared out among the pipelines. */
  readonly pastExecutions: number;
}

/** @returns durable transitions per second with 64 callers at once, each on a pipeline of its own */
export async function transitionsPerSecond(options: TransitionsOptions): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  const store = await openStore({ dataDir });
  try {
    return await measure(store, options);
  } finally {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(store: Store, { milliseconds, pastExecutions }: TransitionsOptions): Promise<number> {
  const { commands, jobs } = compose(store);
  const names = Array.from({ length: CALLERS }, (_, index) => `pipeline-${index}`);
  const trigger = { type: "CreatePipeline", detail: "bench" };
  for (const name of names) {
    const version = { name, declaration: { name }, definition: definition(name), bindings: [] };
    await commands.createPipeline(scope, version, {}, [trigger]);
  }
  await insertPastExecutions(store, pastExecutions);

  const poll = () => jobs.poll(scope, { types: [type], max: CALLERS });
  // Code is compiled and caches are filled before anything counts.
  let spent = Number.NEGATIVE_INFINITY;
  let done = 0;
  for (let round = 0; spent < milliseconds; round++) {
    if (round === 30) [spent, done] = [0, 0];
    const ready = await poll();
    const start = performance.now();
    await Promise.all(ready.map((job) => jobs.succeed(scope, job.id, { summary: "Build succeeded" })));
    spent += performance.now() - start;
    done += ready.length;
    for (const job of ready) {
      // The last action's result ended the execution: a new one begins, outside of the time that counts.
      if (job.action === `action-${ACTIONS - 1}`) {
        await commands.start(scope, job.pipelineName, { trigger, variables: {}, revisions: {} });
      }
    }
  }
  return (done / spent) * 1_000;
}

function compose(store: Store) {
  const ambient = { now: Date.now, newId: randomUUID, randomBytes };
  const root = { accessKeyId: "AKIABENCH", secretAccessKey: "bench" };
  const access = createAccess({
    ambient,
    account: scope.account,
    root,
    secret: randomBytes(32),
    allowAnyCredentials: false,
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
  return { commands, jobs: createJobs({ store, ambient, access, commands }) };
}

/** Stages of three actions in a row, each with an artifact from the one before. */
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

if (import.meta.main) {
  const perSecond = await transitionsPerSecond({ milliseconds: 3_000, pastExecutions: 0 });
  console.log(`durable transitions, ${CALLERS} callers: ${Math.round(perSecond)} a second`);
  const few = await transitionsPerSecond({ milliseconds: 3_000, pastExecutions: 1_000 });
  const many = await transitionsPerSecond({ milliseconds: 3_000, pastExecutions: 1_000_000 });
  console.log(`cost with 1,000,000 past executions: ${(few / many).toFixed(2)} × the cost with 1,000`);
}
