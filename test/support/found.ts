/** Programs that a machine may or may not have. */
import { execFileSync } from "node:child_process";

/** Whether the program runs and ends well. */
export function runs(program: string, ...args: string[]): boolean {
  return printed(program, ...args) !== undefined;
}

/** What the program prints; undefined where it isn't there, or fails. */
export function printed(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}
