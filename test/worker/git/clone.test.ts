import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { DIRECT } from "../../../src/network/index.ts";
import { type CloneOptions, cloneRepository } from "../../../src/worker/git/clone.ts";
import { type CloneReference, readCloneReference } from "../../../src/worker/git/clone-reference.ts";
import type { Job } from "../../../src/worker/protocol.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";
import { testFolder } from "../support/worker.ts";
import { type WorkingTree, workingTree } from "../support/working-tree.ts";

let host: TestHost;
let tree: WorkingTree;
let folder: string;

beforeEach(async () => {
  host = await testHost();
  tree = await workingTree();
  folder = join(await testFolder(), "src");
  await host.core.repositories.create(scope, "app");
});

function referenceTo(commitId: string): CloneReference {
  return {
    millraceCloneRef: 1,
    provider: "CodeCommit",
    repository: "app",
    cloneUrl: `${host.url}/git/app.git`,
    branch: "main",
    commitId,
  };
}

async function clone(reference: CloneReference, options: { pull?: string[]; depth?: number } = {}) {
  const job = { accountId: scope.account, ...host.jobHere({ pull: options.pull ?? ["app"] }) } as Job;
  const { depth } = options;
  await cloneRepository(reference, folder, {
    job,
    artifact: "Source",
    tools: { signal: new AbortController().signal, way: DIRECT } as CloneOptions["tools"],
    ...(depth !== undefined && { depth }),
  });
}

async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", args, { cwd: folder });
  return stdout.trim();
}

describe("P1.7 a full clone", () => {
  it("has the branch's whole history, its tags, and a detached HEAD at the commit", async () => {
    const first = await tree.commit("First", { "a.txt": "1" });
    await tree.git("tag", "v1");
    await tree.commit("Second", { "a.txt": "2" });
    await tree.push(host, "app", "main");
    await tree.push(host, "app", "v1");
    await clone(referenceTo(first));
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("1");
    expect(await git("rev-parse", "HEAD")).toBe(first);
    expect(await git("symbolic-ref", "--quiet", "HEAD").catch(() => "detached")).toBe("detached");
    expect(await git("log", "--format=%s", "origin/main")).toBe("Second\nFirst");
    expect(await git("describe", "--tags")).toBe("v1");
    expect(await git("branch", "--list", "main")).toBe("");
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("keeps no credential", async () => {
    const commit = await tree.commit("First", { "a.txt": "1" });
    await tree.push(host, "app", "main");
    await clone(referenceTo(commit));
    expect(await git("remote", "get-url", "origin")).toBe(`${host.url}/git/app.git`);
    expect(await readFile(join(folder, ".git", "config"), "utf8")).not.toMatch(/extraheader|@127/i);
  });

  it("still gets a commit that its branch has left behind", async () => {
    const commit = await tree.commit("First", { "a.txt": "1" });
    await tree.push(host, "app", "main");
    await tree.git("commit", "--quiet", "--amend", "--message", "Amended");
    await tree.push(host, "app", "main");
    await clone(referenceTo(commit));
    expect(await git("rev-parse", "HEAD")).toBe(commit);
  });

  it("fetches only so much history when told to", async () => {
    await tree.commit("First", { "a.txt": "1" });
    await tree.commit("Second", { "a.txt": "2" });
    const third = await tree.commit("Third", { "a.txt": "3" });
    await tree.push(host, "app", "main");
    await clone(referenceTo(third), { depth: 2 });
    expect(await git("log", "--format=%s")).toBe("Third\nSecond");
  });

  it("sends the job's credentials to its own server only, whatever URL the reference names", async () => {
    const commit = await tree.commit("First", { "a.txt": "1" });
    await tree.push(host, "app", "main");
    await clone({ ...referenceTo(commit), cloneUrl: "http://127.0.0.1:9/git/app.git" });
    expect(await git("remote", "get-url", "origin")).toBe(`${host.url}/git/app.git`);
  });

  it("fails with PermissionError for a repository that the job may not read", async () => {
    const commit = await tree.commit("First", { "a.txt": "1" });
    await tree.push(host, "app", "main");
    await expect(clone(referenceTo(commit), { pull: [] })).rejects.toMatchObject({ type: "PermissionError" });
  });
});

describe("P1.6 reading a clone reference", () => {
  it.each([
    ["a zip", "PK\u0003\u0004"],
    ["an empty file", ""],
    ["broken JSON", '{"millraceCloneRef":1,'],
    ["another document", '{"millraceCloneRef":2}'],
    ["a commit that is an option", JSON.stringify({ ...fake(), commitId: "--upload-pack=touch x" })],
  ])("takes %s for something else", async (_what, content) => {
    const file = join(await testFolder(), "artifact");
    await writeFile(file, content);
    expect(await readCloneReference(file)).toBeUndefined();
  });

  it("reads what the source action wrote", async () => {
    const file = join(await testFolder(), "artifact");
    await writeFile(file, JSON.stringify(fake()));
    expect(await readCloneReference(file)).toEqual(fake());
  });
});

function fake(): CloneReference {
  return {
    millraceCloneRef: 1,
    provider: "CodeCommit",
    repository: "app",
    cloneUrl: "http://127.0.0.1:4750/git/app.git",
    branch: "main",
    commitId: "1234567890123456789012345678901234567890",
  };
}
