import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { jobsRoot, makeJobFolder, removeStaleFolders } from "../../../src/worker/job-folder.ts";
import { ControlGroup } from "../../../src/worker/sandbox/control-group/control-group.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

test("E3.15 the jobs of a worker that died are given up, also where what they left can't be ended", async () => {
  // Of no other test's: what carries its id is ended.
  const [refused, stubborn, usual] = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of [refused, stubborn, usual]) {
    const { path } = await makeJobFolder(jobsRoot(folder), { id, nonce: `nonce of ${id}` });
    await writeFile(join(path, "begun"), "");
  }
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

test("a job that came again while its folder was still there leaves that to whoever has it", async () => {
  const root = join(folder, "twice");
  const first = await makeJobFolder(root, { id: "job", nonce: "first" });
  await expect(makeJobFolder(root, { id: "job", nonce: "second" })).rejects.toThrow("EEXIST");
  expect(await readdir(root)).toEqual(["job", "job.nonce"]);
  expect(await readFile(join(root, "job.nonce"), "utf8")).toBe("first");
  await first[Symbol.asyncDispose]();
  const third = await makeJobFolder(root, { id: "job", nonce: "third" });
  expect(await readFile(join(root, "job.nonce"), "utf8")).toBe("third");
  await third[Symbol.asyncDispose]();
});

test("E3.10 where a worker died before its job began, what another one runs for that job goes on", async () => {
  const id = randomUUID();
  await makeJobFolder(join(folder, "jobs", "999999999"), { id, nonce: "run out" });
  const others = spawn("cat", { env: { PATH: process.env.PATH, MILLRACE_JOB: id } });
  onTestFinished(() => void others.kill("SIGKILL"));
  const answers = others.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  const echoed = async (line: string) => {
    others.stdin.write(line);
    return (await answers.next()).value;
  };
  expect(await echoed("before\n")).toBe("before\n");
  await removeStaleFolders(folder, {
    removeContainers: async () => undefined,
    giveUp: async () => undefined,
  });
  expect(await readdir(join(folder, "jobs"))).toEqual([]);
  expect(await echoed("after\n")).toBe("after\n");
});
