import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rmdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isAlive } from "../../is-alive.ts";
import { LIMITS } from "../driver.ts";
import type { JobLimits } from "../job-sandbox.ts";
import { countMemoryKills, limitCpus, limitMemory, limitProcesses, lowerWeight } from "./limits.ts";
import { ownGroups } from "./own-groups.ts";

/** `millrace-<the worker's process>-<anything>` */
const NAME = /^millrace-(\d+)-[0-9a-f]+$/;
/** The file in a job's folder that names its group. */
const NOTE = "control-group";

/**
 * A control group of one job, where the worker may make one: bounds the number of its processes, which `ulimit`
 * can't for root, and its memory and CPUs, and knows all its processes, also those that hide from every other mark
 * (P10.1, P10.7). It is a folder in each of the kernel's trees of groups: version 2 has one, version 1 several.
 */
export class ControlGroup {
  readonly #folders: readonly string[];
  #memoryKills = 0;

  private constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Undefined where there are no control groups, or this worker has no right to make one. */
  static create(processes: number = LIMITS.processes): ControlGroup | undefined {
    const name = `millrace-${process.pid}-${randomBytes(4).toString("hex")}`;
    const folders = ownGroups()
      .map((parent) => join(parent, name))
      .filter(isMade);
    if (folders.length === 0) return undefined;
    lowerWeight(folders);
    limitProcesses(folders, processes);
    return new ControlGroup(folders);
  }

  /** The group of a job whose worker has died. @param workDir the job's own folder */
  static find(workDir: string): ControlGroup | undefined {
    try {
      const name = readFileSync(join(workDir, NOTE), "utf8");
      if (!NAME.test(name)) return undefined;
      const folders = ownGroups().filter((parent) => readdirSync(parent).includes(name));
      return folders.length === 0 ? undefined : new ControlGroup(folders.map((parent) => join(parent, name)));
    } catch {
      return undefined;
    }
  }

  /** Removes the groups that no process is in, of workers that have died. */
  static async removeUnused(): Promise<void> {
    for (const parent of ownGroups())
      for (const name of readdirSync(parent)) {
        const pid = NAME.exec(name)?.[1];
        if (pid !== undefined && !isAlive(Number(pid))) await new ControlGroup([join(parent, name)]).remove();
      }
  }

  /** So that whoever finds the job's folder finds its processes. */
  noteIn(workDir: string): void {
    const [folder = ""] = this.#folders;
    writeFileSync(join(workDir, NOTE), basename(folder));
  }

  /** @returns what of it holds from now on: a worker may not be given every controller */
  limit({ memory, cpus }: JobLimits): Partial<JobLimits> {
    return {
      ...(limitMemory(this.#folders, memory) && { memory }),
      ...(limitCpus(this.#folders, cpus) && { cpus }),
    };
  }

  /** Whether processes of it have been ended since this was last asked, because they took more than its memory. */
  ranOutOfMemory(): boolean {
    const before = this.#memoryKills;
    this.#memoryKills = countMemoryKills(this.#folders);
    return this.#memoryKills > before;
  }

  /**
   * Takes a process in, with those that it has started: bubblewrap has one before it can be taken in. What they start
   * from now on belongs to the group too. The kernel may take some milliseconds for it, so nobody else waits.
   */
  async add(pid: number): Promise<void> {
    // It may have ended already.
    const added = this.#folders.map((folder) => writeFile(join(folder, "cgroup.procs"), String(pid)));
    await Promise.allSettled(added);
    for (const child of childrenOf(pid)) await this.add(child);
  }

  /** No process of the group can start another one from now on: the end of a fork bomb. */
  forbidNew(): void {
    limitProcesses(this.#folders, 0);
  }

  processes(): number[] {
    return [...new Set(this.#folders.flatMap(processesIn))];
  }

  /**
   * To be called when no process is left: with one in it, or where somebody else has removed it, nothing happens. The
   * kernel may take tens of milliseconds for a folder, so one after the other: Node has few threads for all files.
   */
  async remove(): Promise<void> {
    for (const folder of this.#folders) await rmdir(folder).catch(() => undefined);
  }
}

/** None where the group is gone: other workers that start remove those of a dead one once they are empty. */
function processesIn(folder: string): readonly number[] {
  try {
    return readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENODEV"))
      return [];
    throw error;
  }
}

/** Of a process of one thread; none where the kernel doesn't tell. */
function childrenOf(pid: number): readonly number[] {
  try {
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return listed.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
