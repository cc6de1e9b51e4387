/** What control groups hold their processes to, in the files of both versions. A group is a folder in each tree. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NICENESS } from "../priority.ts";

type Group = readonly string[];

/** Microseconds, as the kernel has it where nobody says. */
const CPU_PERIOD = 100_000;

/** Of 1024, as the kernel weighs processes of our niceness. */
const CPU_SHARES = 335;

/** Has the group give way as its processes do (P10.1): whose niceness counts among themselves only. */
export function lowerWeight(group: Group): void {
  if (!set(group, "cpu.weight.nice", NICENESS)) set(group, "cpu.shares", CPU_SHARES);
}

export function limitProcesses(group: Group, count: number): boolean {
  return set(group, "pids.max", count);
}

/** Whether the group's processes have no more than so many bytes from now on, swapped or not. */
export function limitMemory(group: Group, bytes: number): boolean {
  if (set(group, "memory.max", bytes)) {
    set(group, "memory.swap.max", 0);
    return true;
  }
  if (!set(group, "memory.limit_in_bytes", bytes)) return false;
  // Of memory and swap together.
  set(group, "memory.memsw.limit_in_bytes", bytes);
  return true;
}

/** Whether they have the time of so many CPUs. */
export function limitCpus(group: Group, cpus: number): boolean {
  const time = Math.round(cpus * CPU_PERIOD);
  return set(group, "cpu.max", `${time} ${CPU_PERIOD}`) || set(group, "cpu.cfs_quota_us", time);
}

/** How many of its processes the kernel has ended so far, because the group reached its limit of memory. */
export function countMemoryKills(group: Group): number {
  return memoryKillsIn(read(group, "memory.events") + read(group, "memory.oom_control"));
}

/** @param text of `memory.events`, or of version 1's `memory.oom_control` */
export function memoryKillsIn(text: string): number {
  // Where the machine's own memory ran out, version 2 tells that apart.
  if (/^oom 0$/m.test(text)) return 0;
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Whether there is such a file, and it took the value. */
function set(group: Group, file: string, value: string | number): boolean {
  const folder = folderWith(group, file);
  if (folder === undefined) return false;
  try {
    writeFileSync(join(folder, file), String(value));
    return true;
  } catch {
    return false;
  }
}

function read(group: Group, file: string): string {
  const folder = folderWith(group, file);
  return folder === undefined ? "" : readFileSync(join(folder, file), "utf8");
}

function folderWith(group: Group, file: string): string | undefined {
  return group.find((folder) => existsSync(join(folder, file)));
}
