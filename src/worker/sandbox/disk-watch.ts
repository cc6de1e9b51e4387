import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../provider.ts";

const LOOK_EVERY_MS = 5_000;
/** Looking takes at most this part of the time, however many files there are. */
const SHARE = 0.05;

export interface DiskLimits {
  readonly limitBytes: number;
  /** Bytes that the job takes elsewhere; nothing, if not given. */
  readonly elsewhere?: (() => Promise<number>) | undefined;
  readonly everyMs?: number;
}

/**
 * Looks at a job's folder every 5 s, less often when there are many files, until the signal is aborted.
 *
 * @throws ProviderError JobFailed when the files take more than they may
 */
export async function watchDisk(
  folder: string,
  signal: AbortSignal,
  { limitBytes, elsewhere = async () => 0, everyMs = LOOK_EVERY_MS }: DiskLimits,
): Promise<void> {
  let pause = everyMs;
  while (await waited(pause, signal)) {
    const started = performance.now();
    const others = await elsewhere();
    if (others + (await bytesOnDisk(folder, limitBytes - others, signal)) > limitBytes) {
      throw new ProviderError(
        "JobFailed",
        `The job's files take more disk than the limit of ${limitBytes / 2 ** 30} GiB.`,
      );
    }
    pause = Math.max(everyMs, (performance.now() - started) / SHARE);
  }
}

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return await sleep(ms, true, { signal, ref: false }).catch(() => false);
}

/** Counted up to a little beyond `enough`. What goes away meanwhile counts nothing. */
async function bytesOnDisk(folder: string, enough: number, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  const open = [folder];
  for (let path = open.pop(); path !== undefined && bytes <= enough && !signal.aborted; path = open.pop()) {
    const entries = await opendir(path).catch(() => undefined);
    if (entries === undefined) continue;
    for await (const entry of entries) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) open.push(inner);
      else
        bytes += await lstat(inner).then(
          ({ blocks }) => blocks * 512,
          () => 0,
        );
    }
  }
  return bytes;
}
