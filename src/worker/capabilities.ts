/** The tools that a worker finds on its host (P0.6). */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** By the name under which they are announced: the program to look for. */
const PROGRAMS: Readonly<Record<string, string>> = { git: "git", bubblewrap: "bwrap" };

/** @param path the search path, as in PATH */
export async function findCapabilities(path: string): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(async ([name, program]) => ((await isOnPath(program, path)) ? [name] : [])),
  );
  return found.flat();
}

async function isOnPath(program: string, path: string): Promise<boolean> {
  const tries = path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => access(join(folder, program), constants.X_OK));
  return await Promise.any(tries).then(
    () => true,
    () => false,
  );
}
