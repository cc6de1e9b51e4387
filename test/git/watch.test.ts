import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test, vi } from "vitest";
import type { GitProcess } from "../../src/core/repositories/index.ts";
import { ended, watch } from "../../src/services/git/watch.ts";

/** A process that would go on for long, ignoring SIGTERM if told so. */
function endless(trap = ""): GitProcess {
  return spawn("sh", ["-c", `trap '${trap}' TERM; while :; do echo; sleep 0.05; done`], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function withFakeTimers(work: () => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await work();
  } finally {
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
}

test("S6.11 60 seconds without a byte end a git process", () =>
  withFakeTimers(async () => {
    const child = endless("exit 3");
    await once(child.stdout, "data");
    const end = ended(child);
    const { touch } = watch(child);
    const signals = vi.spyOn(process, "kill");
    vi.advanceTimersByTime(59_000);
    touch();
    vi.advanceTimersByTime(59_000);
    expect(signals).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    child.stdout.resume();
    expect(await end).toBe(3);
  }));

test("S6.11 30 minutes end it even while bytes flow", () =>
  withFakeTimers(async () => {
    const child = endless("exit 3");
    await once(child.stdout, "data");
    const end = ended(child);
    const { touch } = watch(child);
    for (let second = 0; second < 1_800; second += 50) {
      touch();
      vi.advanceTimersByTime(50_000);
    }
    child.stdout.resume();
    expect(await end).toBe(3);
  }));

test("a git process that doesn't heed the first signal is ended by the second", () =>
  withFakeTimers(async () => {
    const child = endless(":");
    await once(child.stdout, "data");
    const end = ended(child);
    watch(child);
    vi.advanceTimersByTime(60_000);
    vi.advanceTimersByTime(5_000);
    child.stdout.resume();
    expect(await end).toBe(null);
  }));
