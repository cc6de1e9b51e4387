import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { createCommands } from "../../src/core/commands/index.ts";
import { createRepositories } from "../../src/core/repositories/index.ts";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import { bundle } from "../support/published.ts";
import { emptyDatabase } from "../support/store.ts";
import type { Moment } from "./crashing-host.ts";
import { ambient, refEvents, root, runGit, scope, workingCopy } from "./host.ts";
import { catalogue, sourcePipeline } from "./pipeline.ts";

const script = await bundle(
  fileURLToPath(new URL("./crashing-host.ts", import.meta.url)),
  inject("published"),
);
const NEVER: Moment = { at: "never" };

interface Installation extends AsyncDisposable {
  /** Of the bare repository. */
  readonly path: string;
  /** Starts a host; the one before must have ended. @returns once it has recovered */
  start(moment: Moment): Promise<Host>;
  /** Commits that executions are bound to, in order of their start, and the chain of events of main. */
  recorded(): Promise<{ starts: string[]; chain: string[] }>;
}

interface Host {
  readonly url: string;
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  kill(): Promise<void>;
}

/** A repository `shop` with a pipeline on its branch main. */
async function installation(): Promise<Installation> {
  const database = await emptyDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-crash-"));
  const store = await openStore(database.place);
  const commands = createCommands({ store, ambient, catalogue, maxConcurrentExecutions: 50 });
  const repositories = await createRepositories({ store, ambient, dataDir, branchMoved: async () => [] });
  const repository = await repositories.create(scope, "shop");
  if (typeof repository === "string") throw new Error(repository);
  await commands.createPipeline(scope, sourcePipeline("shop", "main"), {}, []);
  await store.close();

  const hosts: Host[] = [];
  return {
    path: repository.path,
    async start(moment) {
      const host = await startHost(database.place, dataDir, moment);
      hosts.push(host);
      return host;
    },
    async recorded() {
      const reading = await openStore(database.place);
      const events = await refEvents(reading.read, repository.id);
      const executions = await reading.read.selectFrom("execution").select("state").orderBy("seq").execute();
      await reading.close();
      return {
        starts: executions.map(({ state }) => JSON.parse(state).revisions.Source.revisionId),
        chain: events.map(({ old_commit, new_commit }) => `${old_commit}..${new_commit}`),
      };
    },
    async [Symbol.asyncDispose]() {
      for (const host of hosts) await host.kill();
      await database.remove();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startHost(place: StorePlace, dataDir: string, moment: Moment): Promise<Host> {
  const child = spawn(process.execPath, [script, JSON.stringify({ place, dataDir, moment })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const { value: port } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (port === undefined) throw new Error("the host did not start");
  return {
    url: `http://${root.accessKeyId}:${encodeURIComponent(root.secretAccessKey)}@127.0.0.1:${port}/git/shop.git`,
    process: child,
    ended,
    kill() {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

/** As a developer does: again and again, until git says that it is there. */
async function pushUntilDone(path: string, url: string): Promise<void> {
  for (;;) {
    try {
      await runGit(path, ["push", url, "main"]);
      return;
    } catch (error) {
      // A git that outlived its server may hold the lock for a moment.
      if (!String(error).includes("remote rejected")) throw error;
    }
  }
}

function chainOf(commits: readonly string[]): string[] {
  return commits.map((commit, index) => `${commits[index - 1] ?? "0".repeat(40)}..${commit}`);
}

const moments: [string, Moment, "moved" | "not moved" | "either"][] = [
  ["before the intents are committed", { at: "before commit", transaction: 1 }, "not moved"],
  ["after the intents, before git", { at: "after commit", transaction: 1 }, "not moved"],
  ["while git works", { at: "uploaded" }, "either"],
  ["after git, before the events are committed", { at: "before commit", transaction: 2 }, "moved"],
  ["after the events, before the answer", { at: "after commit", transaction: 2 }, "moved"],
];

test.each(moments)("S6.12 S6.13 killed %s: one push starts one execution", async (_, moment, outcome) => {
  await using there = await installation();
  await using work = await workingCopy();
  const first = await work.commit("a.txt", "one");
  await work.git("push", there.path, "main");

  const second = await work.commit("a.txt", "two");
  let host = await there.start(moment);
  await expect(work.git("push", host.url, "main")).rejects.toThrow();
  await host.ended;

  // The start alone finishes what was done.
  host = await there.start(NEVER);
  if (outcome !== "either") {
    const commits = outcome === "moved" ? [first, second] : [first];
    expect(await there.recorded()).toEqual({ starts: commits, chain: chainOf(commits) });
  }
  // The developer's next try does what wasn't, and nothing twice.
  await pushUntilDone(work.path, host.url);
  const both = [first, second];
  expect(await there.recorded()).toEqual({ starts: both, chain: chainOf(both) });
});

test("S6.13 a git that outlives its server is noticed without another push", async () => {
  await using there = await installation();
  await using work = await workingCopy();
  const commit = await work.commit("big.bin", randomBytes(3_000_000).toString("latin1"));
  let host = await there.start({ at: "uploaded" });
  await expect(work.git("push", host.url, "main")).rejects.toThrow();
  await host.ended;

  host = await there.start(NEVER);
  while ((await there.recorded()).starts.length === 0) await sleep(20);
  expect(await there.recorded()).toEqual({ starts: [commit], chain: chainOf([commit]) });
});

test("S6.12 killed again and again at random moments, every push starts exactly one execution", async () => {
  await using there = await installation();
  await using work = await workingCopy();
  const commits: string[] = [];
  for (let round = 0; round < 5; round++) {
    const host = await there.start(NEVER);
    // First what the crash of the round before may have left undone.
    if (commits.length > 0) await pushUntilDone(work.path, host.url);
    commits.push(await work.commit("a.txt", `${round}`));
    const pushing = work.git("push", host.url, "main").catch(() => undefined);
    await sleep(Math.random() * 120);
    await host.kill();
    await pushing;
  }
  const host = await there.start(NEVER);
  await pushUntilDone(work.path, host.url);
  expect(await there.recorded()).toEqual({ starts: commits, chain: chainOf(commits) });
});
