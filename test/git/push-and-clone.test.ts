import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findRepository } from "../../src/core/store/repositories.ts";
import { gitHost, runGit, scope, workingCopy } from "./host.ts";

test("S6.1 what is pushed can be cloned, with its tags", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  await work.git("tag", "-a", "-m", "first", "v1");
  await work.git("push", host.url("shop"), "main", "v1");
  await work.git("clone", "--quiet", host.url("shop"), "copy");

  expect(await readFile(join(work.path, "copy/a.txt"), "utf8")).toBe("one");
  expect(await runGit(join(work.path, "copy"), ["tag"])).toBe("v1\n");
  expect(await host.repositories.branchHead(repository, "main")).toBe(commit);
  expect(host.changes).toEqual([{ repositoryName: "shop", branch: "main", commitId: commit }]);
});

test.each(["0", "1", "2"])("S6.1 protocol version %s clones and pushes", async (version) => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("-c", `protocol.version=${version}`, "push", host.url("shop"), "main");
  await work.git("-c", `protocol.version=${version}`, "clone", "--quiet", host.url("shop"), "copy");
  expect(await readFile(join(work.path, "copy/a.txt"), "utf8")).toBe("one");
});

test("S6.7 an empty repository is cloned empty, and its first branch becomes the default", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  expect(await work.git("clone", host.url("shop"), "empty")).toContain("empty repository");

  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "HEAD:refs/heads/trunk");
  await work.git("clone", "--quiet", host.url("shop"), "copy");
  expect((await runGit(join(work.path, "copy"), ["branch", "--show-current"])).trim()).toBe("trunk");
  expect((await findRepository(host.store.read, scope, "shop"))?.default_branch).toBe("trunk");
});

test("S6.7 of several first branches main is the default", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("branch", "a");
  await work.git("push", host.url("shop"), "a", "main");
  expect((await findRepository(host.store.read, scope, "shop"))?.default_branch).toBe("main");
});

test("a shallow clone can be made, deepened and pushed from", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  await work.commit("a.txt", "one");
  await work.commit("a.txt", "two");
  await work.git("push", host.url("shop"), "main");
  await work.git("clone", "--quiet", "--depth=1", host.url("shop"), "copy");
  const copy = join(work.path, "copy");
  expect((await runGit(copy, ["rev-list", "--count", "HEAD"])).trim()).toBe("1");

  await runGit(copy, ["commit", "--quiet", "--allow-empty", "-m", "from a shallow clone"]);
  await runGit(copy, ["push", "origin", "main"]);
  await runGit(copy, ["fetch", "--unshallow"]);
  expect((await runGit(copy, ["rev-list", "--count", "HEAD"])).trim()).toBe("3");
});

test("S6.8 a partial clone leaves blobs out", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  await work.git("clone", "--quiet", "--bare", "--filter=blob:none", host.url("shop"), "copy");
  const missing = await runGit(join(work.path, "copy"), ["rev-list", "--objects", "--missing=print", "main"]);
  expect(missing).toMatch(/^\?[0-9a-f]{40}$/m);
});

test("a large push is streamed in chunks and arrives whole", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const commit = await work.commit("big.bin", randomBytes(6 * 1024 * 1024).toString("latin1"));
  await work.git("push", host.url("shop"), "main");
  expect(await host.repositories.branchHead(repository, "main")).toBe(commit);
  const row = await findRepository(host.store.read, scope, "shop");
  expect(row?.received).toBeGreaterThan(6 * 1024 * 1024);
});

test("S6.2 a gzipped request body is understood", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  await work.commit("a.txt", "first");
  const commitOf = (n: number) =>
    `commit refs/heads/b${n}\ncommitter Ada <ada@example.com> ${n} +0000\ndata 0\n`;
  const commits = Array.from({ length: 40 }, (_, n) => commitOf(n)).join("\n");
  await runGit(work.path, ["fast-import", "--quiet"], commits);
  await work.git("push", "--all", host.url("shop"));
  // git packs a request that is longer than 1 KiB.
  await work.git("clone", "--quiet", host.url("shop"), "copy");
  await work.commit("a.txt", "last");
  await work.git("push", host.url("shop"), "main");
  const output = await runGit(join(work.path, "copy"), ["fetch", "origin"]);
  expect(output).toContain("main");
});

test("a force push and the deletion of a branch are taken, of the default branch not", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const one = await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main", "main:side");
  await work.git("commit", "--quiet", "--amend", "-m", "other");
  await expect(work.git("push", host.url("shop"), "main")).rejects.toThrow(/rejected/);
  await work.git("push", "--force", host.url("shop"), "main");
  const two = (await work.git("rev-parse", "HEAD")).trim();
  await work.git("push", host.url("shop"), ":side");
  await expect(work.git("push", host.url("shop"), ":main")).rejects.toThrow(/remote rejected/);

  const [a, b] = [one.slice(0, 7), two.slice(0, 7)];
  expect(await host.events(repository)).toEqual([
    `refs/heads/main 0000000..${a}`,
    `refs/heads/side 0000000..${a}`,
    `refs/heads/main ${a}..${b}`,
    `refs/heads/side ${a}..0000000`,
  ]);
  // S6.15: deletions start nothing.
  expect(host.changes.map(({ branch, commitId }) => `${branch} ${commitId.slice(0, 7)}`)).toEqual([
    `main ${a}`,
    `side ${a}`,
    `main ${b}`,
  ]);
});

test("S6.10 the push option ci.skip moves refs without a start", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("push", "-o", "ci.skip", host.url("shop"), "main");
  await work.commit("a.txt", "two");
  await work.git("push", "-o", "skip-ci", "-o", "other=1", host.url("shop"), "main");
  expect(host.changes).toEqual([]);
  expect(await host.events(repository)).toHaveLength(2);

  const three = await work.commit("a.txt", "three");
  await work.git("push", "-o", "other=1", host.url("shop"), "main");
  expect(host.changes.map(({ commitId }) => commitId)).toEqual([three]);
});

test("a push without anything new makes no event", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  expect(await work.git("push", host.url("shop"), "main")).toContain("Everything up-to-date");
  expect(await host.events(repository)).toHaveLength(1);
});
