import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Worker } from "../../../src/worker/index.ts";
import { codeCommitSource } from "../../../src/worker/providers/codecommit-source.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";
import { JobBoard } from "../support/job-board.ts";
import { testFolder, testWorker } from "../support/worker.ts";
import { type WorkingTree, workingTree } from "../support/working-tree.ts";
import { readZip } from "../support/zips.ts";

const output = { name: "Source", bucket: "artifacts", key: "release/Source/1" };

let host: TestHost;
let tree: WorkingTree;
let board: JobBoard;
let workDir: string;
let worker: Worker;

beforeEach(async () => {
  host = await testHost();
  tree = await workingTree();
  board = new JobBoard();
  workDir = await testFolder();
  await host.s3.send(new CreateBucketCommand({ Bucket: "artifacts" }));
  await host.core.repositories.create(scope, "app");
  worker = await testWorker(board, [codeCommitSource], { workDir });
});

/** Runs a source action on repository `app`, whatever `configuration` says, and answers its result. */
function deliver(configuration: Record<string, string> = {}, revisionId?: string, key = output.key) {
  const job = board.post({
    ...host.jobHere({ write: [{ bucket: output.bucket, key }], pull: ["app", "missing"] }),
    actionTypeId: codeCommitSource.declaration.id,
    configuration: { RepositoryName: "app", BranchName: "main", ...configuration },
    outputArtifacts: [{ ...output, key }],
    ...(revisionId !== undefined && { sourceRevision: { revisionId } }),
  });
  return board.result(job);
}

async function delivered(key = output.key) {
  const object = await host.s3.send(new GetObjectCommand({ Bucket: output.bucket, Key: key }));
  return { bytes: Buffer.from(await object.Body!.transformToByteArray()), type: object.ContentType };
}

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe("Source/CodeCommit", () => {
  it("P0.9 a worker that has lost its git says what is missing", async () => {
    vi.stubEnv("PATH", await testFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await deliver()).toEqual({
      ok: false,
      type: "ConfigurationError",
      message: "Missing: git. See docs/providers.md#source-codecommit.",
    });
  });

  it("P1.1, P1.2, P1.4 delivers the branch's newest commit and says which it was", async () => {
    const id = await tree.commit("Say hello\n\nTwice.\n\n", { "hello.txt": "hello" });
    await tree.push(host, "app", "main");
    expect(await deliver()).toEqual({
      ok: true,
      currentRevision: {
        revision: id,
        changeIdentifier: id,
        created: Date.UTC(2026, 10, 24, 8, 0, 1),
        revisionSummary: "Say hello\n\nTwice.",
      },
      outputVariables: {
        AuthorDate: "2026-11-24T00:30:00Z",
        BranchName: "main",
        CommitId: id,
        CommitMessage: "Say hello\n\nTwice.",
        CommitterDate: "2026-11-24T08:00:01Z",
        RepositoryName: "app",
      },
    });
    const { bytes, type } = await delivered();
    expect(type).toBe("application/zip");
    expect((await readZip(bytes)).map(({ name, text }) => [name, text])).toEqual([["hello.txt", "hello"]]);
  });

  it("P1.1 delivers the commit that the execution is bound to, not the newest", async () => {
    const first = await tree.commit("First", { "a.txt": "1" });
    await tree.commit("Second", { "a.txt": "2" });
    await tree.push(host, "app", "main");
    const result = await deliver({}, first);
    expect(result).toMatchObject({ ok: true, currentRevision: { revision: first } });
    expect((await readZip((await delivered()).bytes))[0]?.text).toBe("1");
  });

  it("P1.12 delivers a bound commit that a force push left behind", async () => {
    const first = await tree.commit("First", { "a.txt": "1" });
    await tree.push(host, "app", "main");
    await tree.git("commit", "--quiet", "--amend", "--message", "Amended");
    await tree.push(host, "app", "main");
    expect(await deliver({}, first)).toMatchObject({ ok: true, currentRevision: { revision: first } });
  });

  it("P1.3 keeps modes and links, and leaves filters, export-ignore and submodules alone", async () => {
    await tree.commit("All kinds", {
      "x:run.sh": "#!/bin/sh\n",
      "dir/a.txt": "a\r\n",
      "dir.b": "b",
      link: "->nowhere/at/all",
      ".gitattributes": "*.txt text eol=lf export-ignore\nsecret export-ignore\n",
      secret: "kept",
      "ü.txt": "u",
    });
    const id = await tree.git("rev-parse", "HEAD");
    await tree.git("update-index", "--add", "--cacheinfo", `160000,${id},vendor/lib`);
    await tree.git("commit", "--quiet", "--message", "Submodule");
    await tree.push(host, "app", "main");
    await deliver();
    const entries = await readZip((await delivered()).bytes);
    expect(entries.map(({ name, mode, text }) => [name, mode.toString(8), text])).toEqual([
      [".gitattributes", "100644", "*.txt text eol=lf export-ignore\nsecret export-ignore\n"],
      ["dir.b", "100644", "b"],
      // The attribute cut the CR when it was committed: what counts is the blob.
      ["dir/a.txt", "100644", "a\n"],
      ["link", "120777", "nowhere/at/all"],
      ["run.sh", "100755", "#!/bin/sh\n"],
      ["secret", "100644", "kept"],
      ["vendor/lib/", "40755", ""],
      ["ü.txt", "100644", "u"],
    ]);
    expect(new Set(entries.map(({ modified }) => modified.getTime()))).toEqual(
      new Set([Date.UTC(2026, 10, 24, 8, 0, 2)]),
    );
  });

  it("P1.3 makes the same bytes of the same commit, and only once a worker", async () => {
    await tree.commit("Once", { "a.txt": "a".repeat(100_000), "b.txt": "b" });
    await tree.push(host, "app", "main");
    await Promise.all([deliver({}, undefined, "k/1"), deliver({}, undefined, "k/2")]);
    const [one, two] = await Promise.all([delivered("k/1"), delivered("k/2")]);
    expect(one.bytes.equals(two.bytes)).toBe(true);
    expect(await readdir(join(workDir, "cache", "archives"))).toHaveLength(1);

    const other = new JobBoard();
    await worker.stop(5_000);
    await testWorker(other, [codeCommitSource]);
    board = other;
    await deliver({}, undefined, "k/3");
    expect((await delivered("k/3")).bytes.equals(one.bytes)).toBe(true);
  });

  it("P1.3 delivers an empty tree as a valid zip without entries", async () => {
    await tree.commit("Nothing", {});
    await tree.push(host, "app", "main");
    expect(await deliver()).toMatchObject({ ok: true });
    expect(await readZip((await delivered()).bytes)).toEqual([]);
  });

  it("P1.3 refuses a file name that isn't UTF-8", async () => {
    await tree.commit("Base", { a: "a" });
    const blob = await tree.git("rev-parse", "HEAD:a");
    const listing = Buffer.concat([
      Buffer.from(`100644 blob ${blob}\tcaf`),
      Buffer.from([0xe9]),
      Buffer.from([0]),
    ]);
    const made = execFileSync("git", ["mktree", "-z"], { cwd: tree.folder, input: listing })
      .toString()
      .trim();
    const id = await tree.git("commit-tree", made, "-m", "Latin 1");
    await tree.push(host, "app", `${id}:refs/heads/main`);
    expect(await deliver()).toEqual({
      ok: false,
      type: "ConfigurationError",
      message: `File name in commit ${id} is not valid UTF-8: caf\\xe9`,
    });
  });

  it("P1.6 delivers a reference for a full clone, without any credential", async () => {
    const id = await tree.commit("Clone me", { a: "a" });
    await tree.push(host, "app", "main");
    expect(await deliver({ OutputArtifactFormat: "CODEBUILD_CLONE_REF" })).toMatchObject({ ok: true });
    const { bytes, type } = await delivered();
    expect(type).toBe("application/json");
    expect(JSON.parse(bytes.toString())).toEqual({
      millraceCloneRef: 1,
      provider: "CodeCommit",
      repository: "app",
      cloneUrl: `${host.url}/git/app.git`,
      branch: "main",
      commitId: id,
    });
  });

  it("P1.10 fetches only what is new the second time", async () => {
    await tree.commit("Big", { big: randomBytes(500_000) });
    await tree.push(host, "app", "main");
    await deliver();
    const mirrors = join(workDir, "cache", "mirrors");
    const before = await sizeOf(mirrors);
    const second = await tree.commit("Small", { small: "s" });
    await tree.push(host, "app", "main");
    expect(await deliver()).toMatchObject({ ok: true, currentRevision: { revision: second } });
    expect(before).toBeGreaterThan(500_000);
    expect((await sizeOf(mirrors)) - before).toBeLessThan(50_000);
  });

  it.each([
    ["a repository that isn't there", { RepositoryName: "missing" }, "repository missing could not be found"],
    ["a name that is no repository's", { RepositoryName: "../app" }, "repository ../app could not be found"],
    ["a branch that isn't there", { BranchName: "nope" }, "no branch named nope was found"],
    ["a name that is no branch's", { BranchName: "main:refs/heads/x" }, "no branch named main:refs/heads/x"],
    ["an option for git", { BranchName: "--upload-pack=x" }, "no branch named --upload-pack=x was found"],
  ])("P1.12 fails with ConfigurationError for %s", async (_what, configuration, text) => {
    await tree.commit("Something", { a: "a" });
    await tree.push(host, "app", "main");
    expect(await deliver(configuration)).toMatchObject({
      ok: false,
      type: "ConfigurationError",
      message: expect.stringContaining(text),
    });
  });

  it("P1.12 fails with ConfigurationError for an empty repository", async () => {
    expect(await deliver()).toEqual({
      ok: false,
      type: "ConfigurationError",
      message:
        "The action failed because no branch named main was found in the selected AWS CodeCommit repository app. Make sure you are using the correct branch name, and then try again.",
    });
  });

  it("P1.12 fails with RevisionUnavailable for a commit that is gone", async () => {
    await tree.commit("Something", { a: "a" });
    await tree.push(host, "app", "main");
    const gone = "1234567890123456789012345678901234567890";
    expect(await deliver({}, gone)).toEqual({
      ok: false,
      type: "RevisionUnavailable",
      message: `Commit ${gone} is no longer in repository app`,
    });
  });

  it.each([
    ["an abbreviation", (id: string) => id.slice(0, 10)],
    ["a branch", () => "main"],
    ["an object by its path", (id: string) => `${id}:a`],
    ["an option for git", () => "--textconv"],
  ])(
    "P1.11 takes full ids only: StartPipelineExecution's COMMIT_ID is no revision when it is %s",
    async (_what, text) => {
      const id = await tree.commit("Something", { a: "a" });
      await tree.push(host, "app", "main");
      expect(await deliver()).toMatchObject({ ok: true });
      expect(await deliver({}, text(id))).toEqual({
        ok: false,
        type: "RevisionUnavailable",
        message: `Commit ${text(id)} is no longer in repository app`,
      });
    },
  );

  it.each(["main^{tree}", "v1"])("P1.11 delivers commits only, and not what %s is", async (name) => {
    await tree.commit("Something", { a: "a" });
    await tree.git("tag", "-a", "-m", "One", "v1");
    await tree.push(host, "app", "main");
    await tree.push(host, "app", "v1");
    expect(await deliver()).toMatchObject({ ok: true });
    const id = await tree.git("rev-parse", name);
    expect(await deliver({}, id)).toEqual({
      ok: false,
      type: "RevisionUnavailable",
      message: `Commit ${id} is no longer in repository app`,
    });
  });

  it("P0.10 fails with PermissionError for a repository that the job may not read", async () => {
    await host.core.repositories.create(scope, "other");
    expect(await deliver({ RepositoryName: "other" })).toMatchObject({ ok: false, type: "PermissionError" });
  });

  it("leaves no credential in its mirror", async () => {
    await tree.commit("Something", { a: "a" });
    await tree.push(host, "app", "main");
    await deliver();
    const [mirror = ""] = await readdir(join(workDir, "cache", "mirrors"));
    const config = await readFile(join(workDir, "cache", "mirrors", mirror, "config"), "utf8");
    expect(config).not.toMatch(/extraheader|basic/i);
  });
});
