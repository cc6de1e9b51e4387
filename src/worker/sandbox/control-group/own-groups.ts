/** The control groups that this worker is in: groups of its jobs are made in them. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const CONTROLLERS = ["pids", "memory", "cpu"] as const;
const ROOT = "/sys/fs/cgroup";
/** Where this process goes when the groups of its jobs need controllers (version 2). */
const OWN_LEAF = "millrace-worker";

/** A folder in each tree: those of version 1 that bound something here, or version 2's. */
export function ownGroups(): readonly string[] {
  return groupFolders(readOr("", "/proc/self/cgroup"))
    .filter((folder) => existsSync(join(folder, "cgroup.procs")))
    .map((folder) => (basename(folder) === OWN_LEAF ? dirname(folder) : folder));
}

/** @param text of `/proc/<pid>/cgroup`: lines like `4:memory:/system.slice`; version 2 names no controllers */
export function groupFolders(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [, names, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined || path === undefined) return [];
    const controllers = names.split(",");
    const known = CONTROLLERS.find((name) => controllers.includes(name));
    return known === undefined && names !== "" ? [] : [join(ROOT, known ?? "", path)];
  });
}

/** Bytes that this worker and its jobs may take together; Infinity where nothing holds them. */
export function ownMemory(): number {
  // Of the group that this process is in; with version 2 that may be one inside the worker's own.
  const ofProcess = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const ofGroup = ownGroups().map((folder) => Number(readOr("max", join(folder, "memory.max"))));
  return Math.min(ofProcess, ...ofGroup.filter(Number.isFinite));
}

/**
 * Has version 2 give its controllers to the groups in this worker's own, where that was delegated to it. A group whose
 * children have controllers holds no process itself, so this one moves into a group of its own, and back where others
 * stay.
 */
export function takeControllers(): void {
  const folder = ownGroups().find((group) => existsSync(join(group, "cgroup.subtree_control")));
  if (folder === undefined || enable(folder)) return;
  const leaf = join(folder, OWN_LEAF);
  try {
    mkdirSync(leaf, { recursive: true });
    moveTo(leaf);
    if (enable(folder)) return;
    moveTo(folder);
    rmdirSync(leaf);
  } catch {
    // It may not, or another worker is there.
  }
}

/** Whether the groups in it have, from now on, all the controllers that it has. */
function enable(folder: string): boolean {
  const has = readOr("", join(folder, "cgroup.controllers")).trim().split(" ");
  const given = CONTROLLERS.filter((name) => has.includes(name));
  const file = join(folder, "cgroup.subtree_control");
  const enabled = readOr("", file).trim().split(" ");
  if (given.every((name) => enabled.includes(name))) return true;
  try {
    writeFileSync(file, given.map((name) => `+${name}`).join(" "));
    return true;
  } catch {
    return false;
  }
}

function moveTo(folder: string): void {
  writeFileSync(join(folder, "cgroup.procs"), String(process.pid));
}

function readOr(otherwise: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
