/** A command that waits for a test, in the one place that commands of every sandbox and the test both see: its folder. */
import { existsSync } from "node:fs";
import { glob, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";

/** For a job's `commands`: ends when the gate is opened. */
export const waitAtGate = 'touch "$TMPDIR/reached"; until [ -e "$TMPDIR/open" ]; do sleep 0.05; done';

/** @param workDir the worker's: `worker` in a server's data directory */
export function gateOf(workDir: string) {
  async function waiting(): Promise<string[]> {
    const reached = await Array.fromAsync(glob(join(workDir, "jobs/*/*/tmp/reached")));
    return reached.map((path) => join(path, "..", "open")).filter((path) => !existsSync(path));
  }
  /** Resolves when a command waits. */
  const reached = () =>
    vi.waitFor(
      async () => {
        const gates = await waiting();
        expect(gates).not.toEqual([]);
        return gates;
      },
      { timeout: 30_000, interval: 20 },
    );
  return {
    reached,
    /** Lets through the command that waits, or the next one. */
    async open(): Promise<void> {
      for (const path of await reached()) await writeFile(path, "");
    },
  };
}
