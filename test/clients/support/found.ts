/** Programs that a machine may or may not have. */
import { execFileSync } from "node:child_process";

/** Whether the program runs and ends well. */
export function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
