import { setPriority } from "node:os";

/** P10.1: builds give way to the server. */
export const NICENESS = 5;

/** Before its first command: what a shell starts inherits it. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, NICENESS);
  } catch {
    // It has ended already, or this host doesn't allow it: builds run at the worker's own priority then.
  }
}
