import { readdirSync, readFileSync } from "node:fs";

/** Processes whose command line holds the word; it must be one that no other test uses. */
export function processesWith(word: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return (
          pid > 0 && pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(word)
        );
      } catch {
        return false;
      }
    });
}

let count = 0;

/** A number of seconds that no other process sleeps for. */
export function ownSeconds(): string {
  count += 1;
  // As many digits each: no number begins with another one.
  return `600.${String(process.pid).padStart(8, "0")}${String(count).padStart(4, "0")}`;
}
