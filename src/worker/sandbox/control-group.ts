import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isAlive } from "../is-alive.ts";
import { LIMITS } from "./driver.ts";

/** `millrace-<the worker's process>-<anything>` */
const NAME = /^millrace-(\d+)-[0-9a-f]+$/;
/** The file in a job's folder that names its group. */
const NOTE = "control-group";

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
  static create(processes: number = LIMITS.processes): ControlGroup | undefined {
    const parent = ownGroupFolder();
    if (parent === undefined) return undefined;
    const folder = join(parent, `millrace-${process.pid}-${randomBytes(4).toString("hex")}`);
    try {
      mkdirSync(folder);
      if (existsSync(join(folder, "pids.max"))) writeFileSync(join(folder, "pids.max"), String(processes));
      return new ControlGroup(folder);
    } catch {
      return undefined;
    }
  }

  /** The group of a job whose worker has died. @param workDir the job's own folder */
  static find(workDir: string): ControlGroup | undefined {
    const parent = ownGroupFolder();
    if (parent === undefined) return undefined;
    try {
      const name = readFileSync(join(workDir, NOTE), "utf8");
      const folder = join(parent, name);
      return NAME.test(name) && existsSync(folder) ? new ControlGroup(folder) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Removes the groups that no process is in, of workers that have died. */
  static removeUnused(): void {
    const parent = ownGroupFolder();
    if (parent === undefined) return;
    for (const name of readdirSync(parent)) {
      const pid = NAME.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) new ControlGroup(join(parent, name)).tryToRemove();
    }
  }

  /** So that whoever finds the job's folder finds its processes. */
  noteIn(workDir: string): void {
    writeFileSync(join(workDir, NOTE), basename(this.#folder));
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

  tryToRemove(): void {
    try {
      this.remove();
    } catch {
      // A process is in it, or somebody else has removed it.
    }
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
