/** The folder of each job (P10.1), beside it the nonce of its hand-out, and the removal of what a crashed worker left. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "./is-alive.ts";
import type { Job } from "./protocol.ts";
import { removeTree } from "./remove-tree.ts";
import { endStrays, removeUnusedGroups } from "./sandbox/index.ts";

/** Job folders lie below the worker's process id, so that a later worker can tell those of the dead. */
export function jobsRoot(workDir: string): string {
  return join(workDir, "jobs", String(process.pid));
}

/** Beside a job's folder: which hand-out of the job it is for. No id ends so. */
const NONCE = ".nonce";

/**
 * Makes a job's empty folder, which is removed when it is disposed of.
 * @throws when the id can't be a folder's name: it comes from outside; or when an earlier hand-out's folder is there
 */
export async function makeJobFolder(
  root: string,
  { id, nonce }: Pick<Job, "id" | "nonce">,
): Promise<AsyncDisposable & { path: string }> {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(id)) {
    throw new Error(`The job id ${JSON.stringify(id)} can't name a folder`);
  }
  const path = join(root, id);
  // Others may pass through it, and through the folder of one job if that job's commands run as another user (P3.24).
  await mkdir(root, { recursive: true, mode: 0o711 });
  // Never one that is there: who has it will remove it.
  await mkdir(path, { mode: 0o700 });
  const folder = {
    path,
    async [Symbol.asyncDispose]() {
      await removeTree(path);
      await rm(path + NONCE, { force: true });
    },
  };
  try {
    await writeFile(path + NONCE, nonce, { mode: 0o600 });
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
  return folder;
}

/** What is to be done for the jobs of a worker that has died. */
export interface StaleJobs {
  /** Removes the containers of those whose folders lie in this one, as the first thing. */
  removeContainers(folder: string): Promise<void>;
  /** Told of each such job, before its folder goes: who is killed here tells it at the next start. */
  giveUp(jobId: string, nonce: string): Promise<void>;
}

/**
 * Removes job folders of workers that are no longer there, and ends what their jobs left running.
 */
export async function removeStaleFolders(workDir: string, stale: StaleJobs): Promise<void> {
  const jobs = join(workDir, "jobs");
  const owners = await readdir(jobs).catch(() => []);
  await Promise.all(
    owners
      .filter((owner) => owner === String(process.pid) || !isAlive(Number(owner)))
      .map((owner) => removeStale(join(jobs, owner), stale)),
  );
  await removeUnusedGroups();
}

async function removeStale(folder: string, { removeContainers, giveUp }: StaleJobs): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const jobIds = names.filter((name) => !name.endsWith(NONCE));
  // What can't be ended, or removed, keeps nobody from starting; the folder is tried all the same.
  await removeContainers(folder).catch(() => undefined);
  await Promise.allSettled(
    jobIds.map(async (jobId) => {
      const path = join(folder, jobId);
      if (await hasBegun(path)) await endStrays(jobId, path).catch(() => undefined);
      // Of a job whose processes outlive it, too: at its lease's end it would come again just the same.
      await giveUp(jobId, await readFile(path + NONCE, "utf8"));
    }),
  );
  await removeTree(folder).catch(() => undefined);
}

/** Nothing was started for a job whose folder is empty: what carries its id is another worker's, who has the job now. */
async function hasBegun(path: string): Promise<boolean> {
  const left = await readdir(path).catch(() => [path]);
  return left.length > 0;
}
