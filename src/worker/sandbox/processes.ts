import { readdirSync, readFileSync } from "node:fs";

/** How a job's processes are known. */
export interface TreeMarks {
  readonly jobId: string;
  /** Process groups that belong to the job. */
  readonly groups: ReadonlySet<number>;
  /** The job's oldest process. */
  readonly first: { readonly pid: number; readonly startedAt: number };
}

/** No machine gives out all its process numbers in so short a time: they grow, but for one turn-around. */
const NUMBERS_GROW_MS = 1_000;

/**
 * The job's processes that still live: members of its groups, and those that left them but carry
 * `MILLRACE_JOB=<id>` in their environment (P10.7). Zombies count as gone. Where there is no /proc, only whether a
 * group still has members is known; its leader's pid stands for it.
 */
export function livingProcesses(marks: TreeMarks): number[] {
  const last = lastPid();
  if (last === undefined) return [...marks.groups].filter(groupLives);
  const { pid: first, startedAt } = marks.first;
  const young = Date.now() - startedAt < NUMBERS_GROW_MS;
  // The cheap answer for most short jobs: nothing was started after the job's first process.
  if (young && last === first) return belongs(last, marks) ? [last] : [];
  const grown = young && last > first;
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && (!grown || pid >= first) && belongs(pid, marks));
}

/** The pid that the kernel gave out last. */
function lastPid(): number | undefined {
  const text = read("/proc/loadavg");
  return text === undefined ? undefined : Number(text.trim().split(" ").at(-1));
}

function belongs(pid: number, { jobId, groups }: TreeMarks): boolean {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return false;
  // `pid (name) state ppid pgrp …`: the name may hold anything, parentheses too.
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return false;
  if (groups.has(Number(group))) return true;
  const environment = read(`/proc/${pid}/environ`);
  return environment?.split("\0").includes(`MILLRACE_JOB=${jobId}`) ?? false;
}

/** Undefined when the process has gone, or is another user's. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}

function groupLives(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
