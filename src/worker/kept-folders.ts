/** Folders of failed jobs, kept for a while for whoever wants to see what was in them (P10.1). */
import { mkdir, readdir, rename, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "./remove-tree.ts";
import { SHELL_FOLDER } from "./sandbox/index.ts";

const HOUR_MS = 3_600_000;

export interface KeptFolders {
  /** Where a job's folder will be. */
  pathOf(jobId: string): string;
  /** Until when it stays there, in epoch milliseconds. */
  until(): number;
  /** Takes a job's folder over, without the values of its variables, and removes what was kept for long enough. */
  take(jobId: string, folder: string): Promise<void>;
  /** Removes what was kept for long enough; never rejects. */
  prune(): Promise<void>;
}

/** @param root below which they lie; made when it is needed @param now epoch milliseconds */
export function createKeptFolders(root: string, hours: number, now: () => number): KeptFolders {
  const pathOf = (jobId: string) => join(root, jobId);

  async function prune(): Promise<void> {
    const before = now() - hours * HOUR_MS;
    for (const name of await readdir(root).catch(() => [])) {
      const path = join(root, name);
      const kept = await stat(path).catch(() => undefined);
      if (kept !== undefined && kept.mtimeMs <= before) await removeTree(path).catch(() => undefined);
    }
  }

  return {
    pathOf,
    until: () => now() + hours * HOUR_MS,
    async take(jobId, folder) {
      await removeTree(join(folder, SHELL_FOLDER));
      await mkdir(root, { recursive: true, mode: 0o700 });
      const path = pathOf(jobId);
      await rename(folder, path);
      const since = new Date(now());
      await utimes(path, since, since);
      await prune();
    },
    prune,
  };
}
