import { readFileSync } from "node:fs";
import { LIMITS } from "../driver.ts";

/** Of `/proc/self/limits`, with the name that engines have for each. */
const BOUNDED = [
  { name: "nofile", line: "Max open files", wanted: LIMITS.openFiles },
  { name: "nproc", line: "Max processes", wanted: LIMITS.processes },
] as const;

/**
 * The limits of a container's processes (P10.1), as far as this process may raise them itself: an engine without more
 * rights than the worker couldn't start a container with more.
 */
export function ulimits(): readonly string[] {
  const text = readLimits();
  return BOUNDED.flatMap(({ name, line, wanted }) => {
    const limit = Math.min(wanted, hardLimit(text, line));
    return ["--ulimit", `${name}=${limit}:${limit}`];
  });
}

function hardLimit(text: string, line: string): number {
  const [, hard] = new RegExp(`^${line}\\s+\\S+\\s+(\\d+)`, "m").exec(text) ?? [];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
