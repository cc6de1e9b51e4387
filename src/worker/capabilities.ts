/** The tools that a worker finds on its host (P0.6). */
import { findProgram } from "./find-program.ts";

/** By the name under which they are announced: the program to look for. */
const PROGRAMS: Readonly<Record<string, string>> = {
  git: "git",
  bubblewrap: "bwrap",
  podman: "podman",
  docker: "docker",
};

/** @param path the search path, as in PATH */
export async function findCapabilities(path: string): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(async ([name, program]) =>
      (await findProgram(program, path)) === undefined ? [] : [name],
    ),
  );
  return found.flat();
}
