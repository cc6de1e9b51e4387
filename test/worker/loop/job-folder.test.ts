import { randomUUID } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { jobsRoot, removeStaleFolders } from "../../../src/worker/job-folder.ts";
import { ControlGroup } from "../../../src/worker/sandbox/control-group/control-group.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

test("E3.15 the jobs of a worker that died are given up, also where what they left can't be ended", async () => {
  // Of no other test's: what carries its id is ended.
  const [refused, stubborn, usual] = [randomUUID(), randomUUID(), randomUUID()];
  for (const jobId of [refused, stubborn, usual])
    await mkdir(join(jobsRoot(folder), jobId), { recursive: true });
  vi.spyOn(ControlGroup, "find").mockImplementation((workDir) => {
    if (workDir.endsWith(stubborn)) throw new Error("its processes outlive SIGKILL");
    return undefined;
  });
  const givenUp: string[] = [];
  await removeStaleFolders(folder, {
    removeContainers: async () => undefined,
    async giveUp(jobId) {
      if (jobId === refused) throw new Error("the server can't be reached");
      givenUp.push(jobId);
    },
  });
  expect(givenUp.sort()).toEqual([stubborn, usual].sort());
  expect(await readdir(join(folder, "jobs"))).toEqual([]);
});
