import { setImmediate as tick } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRepositories, type Push, type Repository } from "../../src/core/repositories/index.ts";
import { NO_COMMIT } from "../../src/core/repositories/moves.ts";
import { ambient, type GitHost, gitHost, refEvents, runGit, workingCopy } from "./host.ts";

/** Each takes half a second, most of it git's. */
const RUNS = 6;

const REF = "refs/heads/main";

/** A client that pushes from the ref's value of some moves ago; it wins only if that is the value again. */
interface Client {
  readonly target: number;
  readonly stale: number;
  /** Hundreds of ticks of the event loop before it begins, while it uploads, and before git's answer is looked at. */
  readonly delays: readonly [number, number, number];
  /** The process ends before its events are made. */
  readonly lost: boolean;
}

const delay = fc.constantFrom(0, 0, 5, 20, 60, 120);
const client = fc.record({
  // Few, so that the ref comes back to where it was, and equal pushes meet.
  target: fc.nat(2),
  stale: fc.constantFrom(0, 0, 0, 1, 2),
  delays: fc.tuple(delay, delay, delay),
  lost: fc.boolean(),
});

async function wait(ticks: number): Promise<void> {
  for (let n = 0; n < ticks * 100; n++) await tick();
}

async function commitsToPush() {
  const work = await workingCopy();
  const commits: string[] = [];
  for (const name of ["a", "b", "c", "d"]) {
    commits.push(await work.commit("a.txt", name));
    await work.git("branch", name);
  }
  return { work, commits };
}

/** A repository that has all commits, and nothing on `main`. */
async function repositoryWith(host: GitHost, source: string): Promise<Repository> {
  const repository = await host.create(`r-${ambient.newId()}`);
  await runGit(repository.path, ["fetch", "--quiet", source, "+refs/heads/*:refs/kept/*"]);
  return repository;
}

/** Lets the clients push at once; git's part is one change of the ref after another. @returns the values it had */
async function play(
  host: GitHost,
  repository: Repository,
  commits: readonly string[],
  clients: readonly Client[],
): Promise<string[]> {
  const passed = [NO_COMMIT];
  let turn: Promise<unknown> = Promise.resolve();
  const pushing = clients.map(async ({ target, stale, delays: [before, during, after], lost }) => {
    await wait(before);
    const oldCommit = passed.at(-1 - stale) ?? NO_COMMIT;
    const newCommit = commits[target] ?? "";
    if (oldCommit === newCommit) return;
    const push = await begin(host, repository, oldCommit, newCommit);
    await wait(during);
    push.uploaded();
    const moving = turn.then(async () => {
      if (passed.at(-1) !== oldCommit) return new Set<string>();
      await runGit(repository.path, ["update-ref", REF, newCommit, oldCommit]);
      passed.push(newCommit);
      return new Set([REF]);
    });
    turn = moving;
    const moved = await moving;
    await wait(after);
    if (!lost) await push.settle(moved, 0);
  });
  await Promise.all(pushing);
  return passed;
}

async function begin(
  host: GitHost,
  repository: Repository,
  oldCommit: string,
  newCommit: string,
  ref = REF,
): Promise<Push> {
  const updates = [{ ref, oldCommit, newCommit }];
  const request = { updates, atomic: false, pusher: "arn", skipped: false };
  const push = await host.repositories.push(repository, request);
  if (push === undefined) throw new Error("the repository is gone");
  return push;
}

async function eventsOf(host: GitHost, repository: Repository): Promise<string[]> {
  const events = await refEvents(host.store.read, repository.id);
  return events.map(({ old_commit, new_commit }) => `${old_commit}..${new_commit}`);
}

function chainOf(values: readonly string[]): string[] {
  return values.slice(1).map((value, index) => `${values[index]}..${value}`);
}

/** A repository whose `main` went through `values`, and git moving it further by hand. */
async function playedThrough(host: GitHost, source: string, values: readonly string[]) {
  const repository = await repositoryWith(host, source);
  const passed = [NO_COMMIT];
  const move = async (commit: string) => {
    await runGit(repository.path, ["update-ref", REF, commit, passed.at(-1) ?? NO_COMMIT]);
    passed.push(commit);
  };
  for (const commit of values) {
    const push = await begin(host, repository, passed.at(-1) ?? NO_COMMIT, commit);
    push.uploaded();
    await move(commit);
    await push.settle(new Set([REF]), 0);
  }
  return { repository, passed, move, push: (from: string, to: string) => begin(host, repository, from, to) };
}

test("S6.14 a push that finds a ref moved waits until that is recorded, so no older one slips in between", async () => {
  await using host = await gitHost();
  const { work, commits } = await commitsToPush();
  await using _ = work;
  const [a = "", b = "", c = ""] = commits;
  const { repository, passed, move, push } = await playedThrough(host, work.path, [a]);

  const slow = await push(a, c);
  const there = await push(a, b);
  there.uploaded();
  await move(b);
  const back = push(b, a);
  // One that comes later, to a ref of its own, doesn't wait.
  await (await begin(host, repository, NO_COMMIT, a, "refs/heads/side")).settle(new Set(), 0);
  expect(await Promise.race([back, undefined])).toBeUndefined();
  await there.settle(new Set([REF]), 0);
  (await back).uploaded();
  await move(a);
  slow.uploaded();
  await move(c);
  await Promise.all([slow, await back].map((one) => one.settle(new Set([REF]), 0)));
  expect(await eventsOf(host, repository)).toEqual(chainOf(passed));
});

test("S6.14 a move is recorded after the one that it began at, whichever of two equal pushes made that", async () => {
  await using host = await gitHost();
  const { work, commits } = await commitsToPush();
  await using _ = work;
  const [a = "", b = "", c = ""] = commits;
  const { repository, passed, move, push } = await playedThrough(host, work.path, [b, a]);

  const slow = await push(b, c);
  const loser = await push(a, b);
  const winner = await push(a, b);
  for (const one of [winner, loser, slow]) one.uploaded();
  await move(b);
  await move(c);
  const settled = slow.settle(new Set([REF]), 0);
  await wait(50);
  await loser.settle(new Set(), 0);
  await winner.settle(new Set([REF]), 0);
  await settled;
  expect(await eventsOf(host, repository)).toEqual(chainOf(passed));
});

test("S6.14 pushes at once make the events of exactly the moves that git made, in git's order", async () => {
  await using host = await gitHost();
  const { work, commits } = await commitsToPush();
  await using _ = work;
  const clients = fc.array(client, { minLength: 4, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(clients, async (all) => {
      const repository = await repositoryWith(host, work.path);
      const none = all.map((one) => ({ ...one, lost: false }));
      const passed = await play(host, repository, commits, none);
      expect(await eventsOf(host, repository)).toEqual(chainOf(passed));
      const starts = host.changes.filter(({ repositoryName }) => repositoryName === repository.name);
      expect(starts.map(({ commitId }) => commitId)).toEqual(passed.slice(1));
    }),
    { numRuns: RUNS },
  );
});

test("S6.13 what a crash kept from being recorded is recorded at the next start, where git left the ref", async () => {
  await using host = await gitHost();
  const { work, commits } = await commitsToPush();
  await using _ = work;
  await fc.assert(
    fc.asyncProperty(client, client, async (first, second) => {
      const repository = await repositoryWith(host, work.path);
      const passed = await play(host, repository, commits, [
        { ...first, lost: false },
        { ...second, delays: [200, 0, 0], stale: 0, lost: true },
      ]);
      const next = await createRepositories({
        store: host.store,
        ambient,
        dataDir: host.dataDir,
        branchMoved: async () => [],
      });
      await next.recover();
      next.close();
      expect(await eventsOf(host, repository)).toEqual(chainOf(passed));
    }),
    { numRuns: RUNS },
  );
});
