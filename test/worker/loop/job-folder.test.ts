import { randomUUID } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { jobsRoot, makeJobFolder, removeStaleFolders } from "../../../src/worker/job-folder.ts";
import { ControlGroup } from "../../../src/worker/sandbox/control-group/control-group.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

test("E3.15 the jobs of a worker that died are given up, also where what they left can't be ended", async () => {
  // Of no other test's: what carries its id is ended.
  const [refused, stubborn, usual] = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of [refused, stubborn, usual])
    await makeJobFolder(jobsRoot(folder), { id, nonce: `nonce of ${id}` });
  vi.spyOn(ControlGroup, "find").mockImplementation((workDir) => {
    if (workDir.endsWith(stubborn)) throw new Error("its processes outlive SIGKILL");
    return undefined;
  });
  const givenUp: string[] = [];
  await removeStaleFolders(folder, {
    removeContainers: async () => undefined,
    async giveUp(jobId, nonce) {
      if (jobId === refused) throw new Error("the server can't be reached");
      expect(nonce).toBe(`nonce of ${jobId}`);
      givenUp.push(jobId);
    },
  });
  expect(givenUp.sort()).toEqual([stubborn, usual].sort());
  expect(await readdir(join(folder, "jobs"))).toEqual([]);
});

test("E3.10 what is beside a job's folder goes with it, and stays where nobody else can read it", async () => {
  const root = join(folder, "live");
  const job = await makeJobFolder(root, { id: "job", nonce: "n" });
  const beside = join(root, "job.nonce");
  expect(await readdir(root)).toEqual(["job", "job.nonce"]);
  expect(await readFile(beside, "utf8")).toBe("n");
  expect((await stat(beside)).mode & 0o777).toBe(0o600);
  await job[Symbol.asyncDispose]();
  expect(await readdir(root)).toEqual([]);
});
