import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Of a job's folder: where its shells leave what they go on with, values of secrets too. */
export const SHELL_FOLDER = "shell";

/** Where a job's commands work, on the worker's disk (P10.1). */
export interface JobFolders {
  /** The job's own; the others lie in it. */
  readonly workDir: string;
  /** Where sources are put: each in a folder of its own. */
  readonly output: string;
  readonly home: string;
  readonly tmp: string;
  /** What commands can see, but isn't the build's to hand on. */
  readonly shell: string;
  /** What a build may write to and hand on. */
  readonly ofBuild: readonly string[];
  /** All that commands may write to. */
  readonly writable: readonly string[];
}

/** Makes them in a job's own, empty folder. */
export function makeJobFolders(workDir: string): JobFolders {
  const inside = (name: string) => join(workDir, name);
  const [output, home, tmp, shell] = [inside("output"), inside("home"), inside("tmp"), inside(SHELL_FOLDER)];
  const ofBuild = [output, home, tmp];
  const writable = [...ofBuild, shell];
  // A handful of system calls each: going through the thread pool would take longer than they do.
  for (const folder of writable) mkdirSync(folder);
  return { workDir, output, home, tmp, shell, ofBuild, writable };
}
