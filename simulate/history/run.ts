/** One history: three pipelines, and what happens to them. */
import { insertActionType } from "../../src/core/store/queries/action-types.ts";
import { randomDefinition } from "../pipelines/random-definition.ts";
import { CUSTOM } from "../pipelines/types.ts";
import { Random } from "../random.ts";
import type { System } from "../system.ts";
import { compare, compareAll } from "./compare.ts";
import { newPipeline } from "./new-pipeline.ts";
import { replay } from "./replay.ts";
import type { Plan } from "./step.ts";
import { take } from "./take.ts";
import { Track } from "./track.ts";

const SHAPES = 3;
const REFUSALS_PER_COMPARISON = 4;

/**
 * Runs a plan on an account of its own.
 *
 * @throws Difference, or whatever the system threw that it may not
 */
export async function runHistory(system: System, { seed, steps }: Plan): Promise<void> {
  accounts += 1;
  const random = new Random(seed, accounts);
  system.random = random;
  system.now = Date.UTC(2026, 0, 5, 10);
  system.restart();
  const account = String(100_000_000_000 + accounts);
  const scope = { account, region: "us-east-1" };
  await system.store.transaction((tx) =>
    insertActionType(tx, {
      ...scope,
      category: CUSTOM.category,
      provider: CUSTOM.provider,
      version: "1",
      definition: "{}",
      deleted: 0,
    }),
  );
  const tracks: Track[] = [];
  for (const name of ["p1", "p2", "p3"]) {
    const shapes = Array.from({ length: SHAPES }, () => randomDefinition(random, name, account));
    const track = new Track(scope, name, shapes, system.now);
    const [first] = shapes;
    if (first !== undefined) await system.commands.createPipeline(scope, newPipeline(first), {}, []);
    tracks.push(track);
  }
  for (const step of steps) {
    const heeded = system.heeded;
    const touched = await take(system, tracks, step);
    // That a refusal changes nothing is seen by the next comparison too, if later.
    if (system.heeded === heeded && step.which % REFUSALS_PER_COMPARISON > 0) continue;
    for (const track of tracks) if (touched.includes(track)) await compare(system.store, track);
  }
  for (const track of tracks) {
    await compareAll(system.store, track);
    await replay(system.store, track);
  }
  // What is left behind must not fire in the next history.
  for (const { name } of tracks) await system.commands.deletePipeline(scope, name);
}

let accounts = 0;
