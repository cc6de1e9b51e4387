import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LIMITS } from "./driver.ts";

/**
 * A control group of one job, where the worker may make one: bounds the number of its processes, which `ulimit`
 * can't for root, and knows all of them, also those that hide from every other mark (P10.1, P10.7).
 */
export class ControlGroup {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where there are no control groups, or this worker has no right to make one. */
  static create(jobId: string, processes: number = LIMITS.processes): ControlGroup | undefined {
    const parent = ownGroupFolder();
    if (parent === undefined) return undefined;
    const folder = join(parent, `millrace-${jobId}`);
    try {
      mkdirSync(folder);
      if (existsSync(join(folder, "pids.max"))) writeFileSync(join(folder, "pids.max"), String(processes));
      return new ControlGroup(folder);
    } catch {
      return undefined;
    }
  }

  /** The group that a worker which has died left behind. */
  static find(jobId: string): ControlGroup | undefined {
    const parent = ownGroupFolder();
    const folder = parent === undefined ? undefined : join(parent, `millrace-${jobId}`);
    return folder !== undefined && existsSync(folder) ? new ControlGroup(folder) : undefined;
  }

  /**
   * Takes a process in; what it starts from now on belongs to the group too. The kernel may take some milliseconds
   * for it, so nobody else waits.
   */
  async add(pid: number): Promise<void> {
    // It may have ended already.
    await writeFile(join(this.#folder, "cgroup.procs"), String(pid)).catch(() => undefined);
  }

  /** No process of the group can start another one from now on: the end of a fork bomb. */
  forbidNew(): void {
    const file = join(this.#folder, "pids.max");
    if (existsSync(file)) writeFileSync(file, "0");
  }

  processes(): number[] {
    return readFileSync(join(this.#folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  }

  /** To be called when no process is left. */
  remove(): void {
    rmdirSync(this.#folder);
  }
}

/** The folder of the control group that this worker is in: version 1's `pids` hierarchy, or version 2. */
function ownGroupFolder(): string | undefined {
  let lines: string[];
  try {
    lines = readFileSync("/proc/self/cgroup", "utf8").split("\n");
  } catch {
    return undefined;
  }
  const of = (prefix: RegExp, mount: string) => {
    const line = lines.find((candidate) => prefix.test(candidate));
    const folder = line === undefined ? undefined : join(mount, line.replace(prefix, ""));
    return folder !== undefined && existsSync(join(folder, "cgroup.procs")) ? folder : undefined;
  };
  return of(/^\d+:pids:/, "/sys/fs/cgroup/pids") ?? of(/^0::/, "/sys/fs/cgroup");
}
