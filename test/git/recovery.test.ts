import { existsSync } from "node:fs";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { movesBetween } from "../../src/core/repositories/moves.ts";
import { gitHost, runGit, scope, workingCopy } from "./host.ts";

const step = (id: string, old_commit: string, new_commit: string) => ({ id, old_commit, new_commit });

test("S6.13 S6.14 moves that were announced are found in their order", () => {
  const intents = [step("3", "C", "D"), step("1", "A", "B"), step("2", "B", "C"), step("x", "A", "X")];
  const ids = (from: string, to: string) => movesBetween(from, to, intents).map(({ intent }) => intent?.id);
  expect(ids("A", "A")).toEqual([]);
  expect(ids("A", "B")).toEqual(["1"]);
  expect(ids("A", "D")).toEqual(["1", "2", "3"]);
  expect(movesBetween("D", "A", intents)).toEqual([{ oldCommit: "D", newCommit: "A" }]);
  expect(movesBetween("A", "B", [step("1", "A", "A"), step("2", "B", "A")])).toEqual([
    { oldCommit: "A", newCommit: "B" },
  ]);
});

test("locks and quarantines of a git that died with its machine are cleared away at the start", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const { path } = await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  const old = new Date(Date.now() - 3_600_000);
  const lock = join(path, "refs/heads/main.lock");
  const fresh = join(path, "refs/heads/side.lock");
  const quarantine = join(path, "objects/tmp_objdir-incoming-abc");
  await mkdir(quarantine);
  for (const file of [lock, fresh]) await writeFile(file, "");
  for (const file of [lock, quarantine]) await utimes(file, old, old);

  await work.commit("a.txt", "two");
  await expect(work.git("push", host.url("shop"), "main")).rejects.toThrow(/remote rejected/);
  await host.repositories.recover();
  expect([lock, fresh, quarantine].map((file) => existsSync(file))).toEqual([false, true, false]);
  await work.git("push", host.url("shop"), "main");
});

test("a folder that is gone is told, and keeps no other repository from being looked at", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const lost = await host.create("lost");
  const { path } = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  await runGit(lost.path, ["fetch", "--quiet", work.path, "main"]);
  await runGit(path, ["fetch", "--quiet", work.path, "main:refs/heads/main"]);
  await rm(lost.path, { recursive: true });

  expect([...(await host.repositories.recover()).keys()]).toEqual([lost.id]);
  expect(host.changes.map(({ commitId }) => commitId)).toEqual([commit]);
  expect(await host.repositories.delete(scope, "lost")).toBe(lost.id);
});

test("a deleted repository is gone from the disk, and its name is free", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const first = await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  await host.repositories.delete(scope, "shop");
  expect(existsSync(first.path)).toBe(false);

  const second = await host.create("shop");
  expect(second.id).not.toBe(first.id);
  expect(await host.events(second)).toEqual([]);
  expect(await work.git("ls-remote", host.url("shop"))).toBe("");
});
