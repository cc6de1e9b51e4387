/** Resident memory, from Linux's /proc. */
import { readFile } from "node:fs/promises";
import { SkippedError } from "./row.ts";

export interface Memory {
  readonly residentBytes: number;
  /** The most since the process began. */
  readonly peakBytes: number;
}

/** @throws SkippedError where there is no /proc */
export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => {
    throw new SkippedError("resident memory is read from /proc, which is not here");
  });
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
  return { residentBytes: bytes("VmRSS"), peakBytes: bytes("VmHWM") };
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
