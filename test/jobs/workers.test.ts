import { afterEach, beforeEach, expect, test } from "vitest";
import type { Jobs } from "../../src/core/jobs/types.ts";
import { workersOf } from "../../src/core/jobs/workers.ts";
import { EVERY_ACCOUNT } from "../../src/core/store/workers.ts";
import { type Harness, harness } from "../commands/harness.ts";

const ACCOUNT = "000000000000";
const MINUTE = 60_000;

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

function announce(workerId: string, capabilities: readonly string[], account = ACCOUNT) {
  return core.jobs.registerWorker(account, { workerId, version: "1", capabilities });
}
async function tools(account = ACCOUNT, jobs: Pick<Jobs, "toolsOf"> = core.jobs) {
  const found = await jobs.toolsOf(account);
  return found && [...found].sort();
}
const rows = () => core.store.read.selectFrom("worker").selectAll().orderBy("id").execute();

test("a worker's announcement is kept, the newest one by its id", async () => {
  const worker = { workerId: "w", version: "1", capabilities: ["git"] };
  await core.jobs.registerWorker("000000000000", worker);
  core.clock.now += 5;
  await core.jobs.registerWorker("000000000000", { ...worker, version: "2" });
  expect(await core.store.read.selectFrom("worker").selectAll().execute()).toEqual([
    { account: "000000000000", id: "w", version: "2", capabilities: '["git"]', seen: core.clock.now },
  ]);
});

test("P0.9: what workers announced within the last 10 minutes is there, and that there was one stays known", async () => {
  expect(await tools()).toBeUndefined();
  await announce("one", ["git"]);
  core.clock.now += 5 * MINUTE;
  await announce("two", ["bubblewrap"]);
  expect(await tools()).toEqual(["bubblewrap", "git"]);
  core.clock.now += 5 * MINUTE + 1;
  expect(await tools()).toEqual(["bubblewrap"]);
  await announce("one", ["git"]);
  expect(await tools()).toEqual(["bubblewrap", "git"]);
  core.clock.now += 365 * 24 * 60 * MINUTE;
  expect(await tools()).toEqual([]);
});

test("P0.9: a worker serves its own account; one in a server's process serves all, for as long as the process is there", async () => {
  await announce("theirs", ["git"], "111122223333");
  expect([await tools(), await tools("111122223333")]).toEqual([undefined, ["git"]]);
  await announce("embedded", ["git"], EVERY_ACCOUNT);
  core.clock.now += 60 * MINUTE;
  expect([await tools(), await tools("444455556666")]).toEqual([["git"], ["git"]]);

  // What another process on the same store knows of it is what it wrote.
  expect(await tools(ACCOUNT, workersOf(core))).toEqual([]);
});

test("workers that were silent for a day are forgotten when another one is heard of", async () => {
  await announce("old", ["git"]);
  await announce("theirs", ["git"], "111122223333");
  core.clock.now += 24 * 60 * MINUTE + 1;
  await announce("new", ["git"]);
  expect((await rows()).map(({ id }) => id)).toEqual(["new", "theirs"]);
});
