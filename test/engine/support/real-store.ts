/** The same story once more, on the real store: what it holds is what the engine said. */
import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type BuiltInActionType, createCatalogue } from "../../../src/core/catalogue.ts";
import { createCommands } from "../../../src/core/commands/index.ts";
import { type Commands, type NewVersion, RefusedError } from "../../../src/core/commands/types.ts";
import type { Answer, Definition, Refusal, StateChange } from "../../../src/core/engine/index.ts";
import { deleteCopy } from "../../../src/core/store/copies.ts";
import { endJob } from "../../../src/core/store/jobs.ts";
import { takePipelineNamed } from "../../../src/core/store/pipelines.ts";
import type { Store, Tx } from "../../../src/core/store/store.ts";
import { deleteTimer } from "../../../src/core/store/timers.ts";
import { emptyStore } from "../../support/store.ts";
import { type Happening, keepMade, T0, type TestPipeline } from "./pipeline.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** What the definitions of tests name besides custom types. */
const builtIn: BuiltInActionType[] = [
  ["Approval", "Manual"],
  ["Rule", "CloudWatchAlarm"],
  ["Rule", "Commands"],
  ["Rule", "DeploymentWindow"],
  ["Rule", "LambdaInvoke"],
  ["Rule", "VariableCheck"],
].map(([category = "", provider = ""]) => ({
  id: { category, owner: "AWS", provider, version: "1" },
  tier: 1,
  inputs: { minimum: 0, maximum: 5 },
  outputs: { minimum: 0, maximum: 0 },
  properties: [],
  outputVariables: [],
  defaultTimeoutMinutes: 60,
  needs: [],
}));
const scope = { account: "000000000000", region: "us-east-1" };

/** Tells every story of this file once more on the real store, on the database that the vitest project says. */
export function onRealStore(): void {
  let store: Store;
  let made: TestPipeline[] = [];
  beforeAll(async () => {
    store = await emptyStore();
    await addCustomTypes(store);
  });
  afterAll(() => store.close());
  beforeEach(() => {
    made = keepMade();
  });
  afterEach(async () => {
    for (const pipeline of made) await retell(store, pipeline);
  });
}

/** The custom types of `definition()`, which the real commands look for. */
export async function addCustomTypes(store: Store): Promise<void> {
  const rows = [
    ["Source", "Feed"],
    ["Test", "Robot"],
  ].map(([category = "", provider = ""]) => ({
    ...scope,
    category,
    provider,
    version: "1",
    definition: "{}",
    deleted: 0,
  }));
  await store.transaction(async (tx) => {
    await tx.insertInto("action_type").values(rows).execute();
  });
}

let told = 0;

/** Gives the real store every command that `pipeline` was given, and compares after each. */
export async function retell(store: Store, pipeline: TestPipeline): Promise<void> {
  const name = `p${++told}`;
  const real = new RealPipeline(store, name);
  await real.create(pipeline.definitions.get(1)!);
  for (const happening of pipeline.happened) {
    const outcome = await real.run(happening, pipeline.definitions);
    const { command, decision } = happening;
    if (decision.kind === "refused") {
      expect(outcome, `${name}: ${command.type}`).toEqual(decision.refusal);
      continue;
    }
    if (command.type === "delete") {
      await expectEnd(store, real.id, pipeline);
      return;
    }
    expect(outcome, `${name}: ${command.type}`).toEqual(decision.answer);
    const row = await store.read
      .selectFrom("pipeline")
      .select("state")
      .where("id", "=", real.id)
      .executeTakeFirstOrThrow();
    // The latest time alone isn't written where executions hold it.
    const { latestTime: _, ...state } = JSON.parse(row.state);
    expect(decision.pipeline, `${name}: state after ${command.type}`).toMatchObject(state);
    for (const execution of decision.executions) {
      const { state: text } = await store.read
        .selectFrom("execution")
        .select("state")
        .where("id", "=", execution.id)
        .executeTakeFirstOrThrow();
      expect(JSON.parse(text), `${name}: execution after ${command.type}`).toEqual(plain(execution));
    }
  }
  await expectEnd(store, real.id, pipeline);
}

/** What is left of it in tables: jobs, timers, histories and events. */
async function expectEnd(store: Store, id: string, pipeline: TestPipeline): Promise<void> {
  const of = <T extends "job" | "timer" | "action_execution" | "rule_execution" | "event" | "artifact_copy">(
    table: T,
  ) =>
    store.read
      .selectFrom(table as "event")
      .selectAll()
      .where("pipeline_id", "=", id);
  const jobs = (await of("job").execute()) as unknown as { id: string; ended: number | null; work: string }[];
  const shown = new Map(
    jobs.map((job) => [job.id, { open: job.ended === null, work: JSON.parse(job.work) }]),
  );
  const expected = [...pipeline.jobs.values()].map(
    (job) => [job.id, { open: job.state === "open", work: plain(job.work) }] as const,
  );
  expect(shown, "jobs").toEqual(new Map(expected));

  const timers = (await of("timer").execute()) as unknown as { timer: string }[];
  const running = timers.map(({ timer }) => JSON.parse(timer) as { id: string });
  expect(new Map(running.map((timer) => [timer.id, timer])), "timers").toEqual(pipeline.timers);

  const copies = (await of("artifact_copy").execute()) as unknown as { id: string; copy: string }[];
  expect(new Map(copies.map(({ id, copy }) => [id, JSON.parse(copy)])), "copies").toEqual(pipeline.copies);

  await expectHistory("action_execution", pipeline.history);
  await expectHistory("rule_execution", pipeline.rules);
  async function expectHistory(
    table: "action_execution" | "rule_execution",
    told: ReadonlyMap<string, { readonly end?: { readonly status?: string } }>,
  ): Promise<void> {
    const rows = (await of(table).execute()) as unknown as { id: string; status: string; output: string }[];
    const kept = new Map(rows.map((row) => [row.id, { status: row.status, ...JSON.parse(row.output) }]));
    const said = [...told].map(
      ([key, { end }]) => [key, { status: "InProgress", ...plain(end ?? {}) }] as const,
    );
    expect(kept, table).toEqual(new Map(said));
  }

  const events = await of("event").orderBy("position").execute();
  expect(
    events.map(({ event }) => JSON.parse(event)),
    "events",
  ).toEqual(plain(eventsOf(pipeline)));
}

class RealPipeline {
  id = "";
  readonly #store: Store;
  readonly #name: string;
  #now = T0;
  #ids: string[] = [];
  #keys: string[] = [];

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  async create(definition: Definition): Promise<void> {
    const commands = this.#commands(50);
    await commands.createPipeline(scope, this.#version(definition), {}, []);
    const row = await this.#store.transaction((tx) => takePipelineNamed(tx, scope, this.#name));
    this.id = row!.id;
  }

  /** @returns what was answered, or why it was refused */
  async run(happening: Happening, definitions: ReadonlyMap<number, Definition>): Promise<Answer | Refusal> {
    this.#now = happening.now;
    this.#ids = [...happening.ids];
    this.#keys = [...happening.keys];
    try {
      return await this.#given(happening, definitions);
    } catch (error) {
      if (error instanceof RefusedError) return error.refusal;
      throw error;
    }
  }

  async #given(
    { command, limit, now }: Happening,
    definitions: ReadonlyMap<number, Definition>,
  ): Promise<Answer> {
    const commands = this.#commands(limit);
    const within = (before: (tx: Tx) => unknown) =>
      this.#store.transaction(async (tx) => {
        await before(tx);
        return commands.runIn(tx, this.id, command);
      });
    switch (command.type) {
      case "update": {
        const definition = definitions.get(command.version)!;
        await commands.updatePipeline(scope, this.#name, () => this.#version(definition));
        return {};
      }
      case "delete":
        await commands.deletePipeline(scope, this.#name);
        return {};
      case "timerFired":
        return within(async (tx) => now >= command.timer.due && deleteTimer(tx, command.timer.id));
      case "jobSucceeded":
      case "jobContinued":
      case "jobFailed": {
        const status = command.type === "jobFailed" ? "Failed" : "Succeeded";
        return within((tx) => endJob(tx, { id: command.jobId, status, result: "", ended: now }));
      }
      case "copyDone":
      case "copyFailed":
        return within((tx) => deleteCopy(tx, command.copyId));
      default:
        return commands.run(scope, this.#name, command);
    }
  }

  #version({ version: _, ...definition }: Definition): NewVersion {
    return { name: this.#name, declaration: { name: this.#name }, definition, bindings: [] };
  }

  /** The engine gets the ids and keys of the story; rows of the store's own, which come after, get any. */
  #commands(maxConcurrentExecutions: number): Commands {
    return createCommands({
      store: this.#store,
      maxConcurrentExecutions,
      catalogue: createCatalogue(builtIn),
      ambient: {
        now: () => this.#now,
        newId: () => this.#ids.shift() ?? randomUUID(),
        randomBytes: (size) => {
          const key = this.#keys.shift();
          return key === undefined
            ? randomBytes(size)
            : Uint8Array.from(key, (letter) => LETTERS.indexOf(letter));
        },
      },
    });
  }
}

/** Those of the whole story, also where a test has cleared its own list. */
function eventsOf({ happened }: TestPipeline): StateChange[] {
  return happened.flatMap(({ decision }) =>
    decision.kind === "refused"
      ? []
      : decision.effects.flatMap((effect) => (effect.type === "event" ? [effect.event] : [])),
  );
}

/** As it is after its way through JSON. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
