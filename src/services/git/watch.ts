/** Ends a git process that takes too long (S6.11). */
import { type GitProcess, killGit } from "../../core/repositories/index.ts";

const WHOLE_MS = 30 * 60_000;
const IDLE_MS = 60_000;

/**
 * Watches a process until it closes.
 *
 * @returns `touch`, to be called with every byte in either direction
 */
export function watch(child: GitProcess): { touch(): void } {
  const whole = setTimeout(() => killGit(child), WHOLE_MS);
  const idle = setTimeout(() => killGit(child), IDLE_MS);
  child.once("close", () => {
    clearTimeout(whole);
    clearTimeout(idle);
  });
  return { touch: () => void idle.refresh() };
}

/** Resolves with the exit code once the process and its output have ended; null when a signal or a failed start ended it. */
export function ended(child: GitProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("close", resolve);
    // Without a process there is no "close": git isn't installed.
    child.once("error", () => resolve(null));
  });
}
