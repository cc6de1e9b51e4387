import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CoreSettings } from "../../src/core/core.ts";
import { createRepositories } from "../../src/core/repositories/index.ts";
import { refusedRef } from "../../src/core/repositories/ref-names.ts";
import { ambient, gitHost, runGit, scope, workingCopy } from "./host.ts";
import { listen } from "./listener.ts";

test("S6.9 only branches and tags are accepted; the others are refused each for itself", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  const pushing = work.git(
    "push",
    host.url("shop"),
    "main",
    "main:refs/notes/x",
    "main:refs/millrace/executions/x",
    "main:refs/heads/HEAD",
    "main:refs/heads/-x",
  );
  await expect(pushing).rejects.toThrow(
    /remote rejected\].*refs\/notes\/x.*remote rejected\].*HEAD.*remote rejected\].*-x/s,
  );
  expect(await host.events(repository)).toEqual([`refs/heads/main 0000000..${commit.slice(0, 7)}`]);
  expect(await runGit(work.path, ["ls-remote", host.url("shop")])).toBe(
    `${commit}\tHEAD\n${commit}\trefs/heads/main\n`,
  );
});

test("an atomic push with one refused ref moves none", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  await work.commit("a.txt", "one");
  const pushing = work.git("push", "--atomic", host.url("shop"), "main", "main:refs/notes/x");
  await expect(pushing).rejects.toThrow(/remote rejected/);
  expect(await host.events(repository)).toEqual([]);
});

test("S6.14 an atomic push that git refuses in part moves none", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main", "main:a");
  // git refuses a branch below another one's name.
  const pushing = work.git("push", "--atomic", host.url("shop"), "main:b", "main:a/b");
  await expect(pushing).rejects.toThrow(/rejected/);
  expect(await host.events(repository)).toHaveLength(2);

  await expect(work.git("push", host.url("shop"), "main:b", "main:a/b")).rejects.toThrow(/remote rejected/);
  expect((await host.events(repository)).map((event) => event.split(" ")[0])).toEqual([
    "refs/heads/main",
    "refs/heads/a",
    "refs/heads/b",
  ]);
});

test("S6.9 more than 1,000 refs in one push are refused, all of them", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  const names = Array.from({ length: 1_001 }, (_, n) => `create refs/tags/t${n} ${commit}\n`);
  await writeFile(join(work.path, "names"), names.join(""));
  await runGit(work.path, ["-c", "alias.make=!git update-ref --stdin < names", "make"]);
  await expect(work.git("push", "--tags", host.url("shop"))).rejects.toThrow(/more than 1000 refs/);
  expect(await host.events(repository)).toEqual([]);

  await work.git("tag", "-d", "t0");
  await work.git("push", "--tags", host.url("shop"));
  expect(await host.events(repository)).toHaveLength(1_000);
});

test("A19 hooks and configuration inside a repository do nothing", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const { path } = await host.create("shop");
  const proof = join(work.path, "proof");
  const hook = `#!/bin/sh\ntouch ${proof}\nexit 1\n`;
  await runGit(path, ["config", "receive.denyNonFastForwards", "true"]);
  await runGit(path, ["config", "core.hooksPath", join(path, "hooks")]);
  await runGit(path, ["config", "uploadpack.packObjectsHook", `touch ${proof}; false`]);
  await runGit(path, ["init", "--quiet", "--bare", "."]);
  for (const name of ["pre-receive", "update", "post-receive", "reference-transaction", "proc-receive"]) {
    await writeFile(join(path, "hooks", name), hook, { mode: 0o755 });
  }
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  await work.git("commit", "--quiet", "--amend", "-m", "other");
  await work.git("push", "--force", host.url("shop"), "main");
  await work.git("clone", "--quiet", host.url("shop"), "copy");
  expect(existsSync(proof)).toBe(false);
});

test("A19 a tree with a .git entry is refused by git's own check", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  await work.commit("a.txt", "one");
  const blob = (await work.git("hash-object", "-w", "a.txt")).trim();
  await writeFile(join(work.path, "tree"), `100644 blob ${blob}\t.git\n`);
  await runGit(work.path, ["config", "alias.tree", "!git mktree < tree"]);
  const tree = (await work.git("tree")).trim();
  const commit = (await work.git("commit-tree", "-m", "evil", tree)).trim();
  await expect(work.git("push", host.url("shop"), `${commit}:refs/heads/main`)).rejects.toThrow(
    /remote rejected|unpack/,
  );
  expect(await host.events(repository)).toEqual([]);
});

test("S6.9 names are held to git-check-ref-format", async () => {
  await using work = await workingCopy();
  const names = fc.string({
    unit: fc.constantFrom(..."ab/.-@{~^:?*[\\ \x7f\té", ".lock"),
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      const accepted = refusedRef(`refs/heads/${name}`) === undefined;
      const valid = await runGit(work.path, ["check-ref-format", "--branch", name]).then(
        () => true,
        () => false,
      );
      // `@{-1}` and its like mean other branches to --branch, and are no names.
      if (!name.startsWith("@{-")) expect({ name, accepted }).toEqual({ name, accepted: valid });
    }),
    { numRuns: 150 },
  );
});

test.each([
  ["refs/heads/x", undefined],
  ["refs/tags/v1.0", undefined],
  ["refs/heads/HEAD", "a branch may not be named HEAD"],
  ["refs/heads/", "not a valid ref name"],
  ["refs/heads/-x", "a name may not start with -"],
  ["refs/tags/-x", "a name may not start with -"],
  ["refs/remotes/x", "only refs/heads/ and refs/tags/ are accepted"],
  ["HEAD", "only refs/heads/ and refs/tags/ are accepted"],
  [`refs/heads/${"x".repeat(244)}`, undefined],
  [`refs/heads/${"x".repeat(245)}`, "the name is longer than 255 bytes"],
])("S6.9 %s: %s", (ref, reason) => {
  expect(refusedRef(ref)).toBe(reason);
});

test("a server beside the one that keeps a repository tells where its branches stand", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main", "main:refs/heads/other");
  const beside = await createRepositories({
    store: host.store,
    ambient,
    dataDir: join(host.dataDir, "beside"),
    branchMoved: async () => [],
  });
  const seen = await beside.find(scope, "shop");
  expect(seen?.path).not.toBe(repository.path);
  expect(await beside.branchHead(seen!, "main")).toBe(commit);
  expect(await beside.branchHead(seen!, "other")).toBe(commit);
  await work.git("push", host.url("shop"), ":other");
  expect(await beside.branchHead(seen!, "other")).toBeUndefined();

  const settings = { defaultRegion: scope.region } as CoreSettings;
  const listener = await listen({
    store: host.store,
    access: host.access,
    repositories: beside,
    settings,
    ambient,
  });
  const cloning = runGit(work.path, ["ls-remote", elsewhere(host.url("shop"), listener.port)]);
  await expect(cloning).rejects.toThrow(/Another server keeps this repository's files/);
  await listener.close();
  beside.close();
});

function elsewhere(url: string, port: number): string {
  return Object.assign(new URL(url), { port }).href;
}
