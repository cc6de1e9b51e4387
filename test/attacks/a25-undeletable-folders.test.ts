/** Folders that a build makes hard to remove: they neither stay nor keep a worker from its next start (attack A25). */
import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { jobsRoot, makeJobFolder, removeStaleFolders } from "../../src/worker/job-folder.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();
const NOBODY = 65_534;

/** Root may remove anything, so what it is about is done as somebody else. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0 || process.seteuid === undefined) return work();
  await chown(folder, NOBODY, NOBODY);
  process.seteuid(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid(0);
  }
}

const builds = {
  "read-only folders, as of Go's module cache":
    "mkdir -p a/b/c && touch a/b/c/file && chmod -R a-w a && chmod 0 a/b",
  "a path longer than the system takes":
    'name=$(printf %0250d 0); for i in $(seq 20); do mkdir $name && cd -P $name || exit; done; touch "$name"',
};

test.each(Object.entries(builds))("A25 %s go with their job", async (_, build) => {
  await asNobody(async () => {
    const root = join(folder, "live");
    const job = await makeJobFolder(root, { id: "job-1", nonce: "nonce" });
    execFileSync("/bin/sh", ["-p", "-c", build], { cwd: job.path });
    expect(await readdir(job.path)).not.toEqual([]);
    await job[Symbol.asyncDispose]();
    expect(await readdir(root)).toEqual([]);
  });
});

test.each(Object.entries(builds))(
  "A25 %s, left by a worker that died, go at the next start",
  async (_, build) => {
    await asNobody(async () => {
      const left = join(jobsRoot(folder), "job-2");
      await mkdir(left, { recursive: true });
      execFileSync("/bin/sh", ["-p", "-c", build], { cwd: left });
      await removeStaleFolders(folder, nothingElse);
      expect(await readdir(join(folder, "jobs"))).toEqual([]);
    });
  },
);

const nothingElse = { removeContainers: async () => undefined, giveUp: async () => undefined };

test("A25 what can't be removed at all keeps no worker from starting", async () => {
  const left = join(jobsRoot(folder), "job-3");
  await mkdir(left, { recursive: true });
  const owners = join(folder, "jobs");
  await asNobody(async () => {
    await chmod(owners, 0o500).catch(() => undefined);
    await removeStaleFolders(folder, nothingElse);
  });
  onTestFinished(() => chmod(owners, 0o700));
  expect(await readdir(owners)).toEqual([String(process.pid)]);
});
