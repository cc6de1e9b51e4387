import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Removes a folder and all below it, also folders that a build took its own permissions on (Go's module cache does) or
 * nested deeper than paths may be long: `rm` goes from folder to folder where node only knows whole paths.
 *
 * @throws when something of it stays
 */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    // What can't be changed is told by rm.
    await run("chmod", ["-R", "u+rwx", "--", folder]).catch(() => undefined);
    await run("rm", ["-rf", "--", folder]);
  }
}
