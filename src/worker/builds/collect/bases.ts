import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readGlob } from "../../buildspec/index.ts";

const GLOB_CHARACTERS = /[*?[\]{}\\]/;

/**
 * The folders that `base-directory` names, in sorted order: one for a plain path, any number for a glob (P3.29).
 *
 * @param sourceFolder CODEBUILD_SRC_DIR, whatever `cd` did
 * @param outside what a path of the build's commands is to the worker
 */
export async function findBases(
  baseDirectory: string,
  sourceFolder: string,
  outside: (path: string) => string,
): Promise<readonly string[]> {
  if (!GLOB_CHARACTERS.test(baseDirectory)) {
    const folder = resolve(sourceFolder, outside(baseDirectory));
    return (await isFolder(folder)) ? [folder] : [];
  }
  const { fixed, rest } = splitPattern(baseDirectory);
  const pattern = readGlob(rest);
  const found: string[] = [];
  const visit = async (folder: string, states: readonly number[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
      const here = pattern.advance(states, entry.name);
      if (here.length === 0) continue;
      const path = join(folder, entry.name);
      if (pattern.isMatch(here)) found.push(path);
      const below = pattern.advance(here, "/");
      if (below.length > 0) await visit(path, below);
    }
  };
  await visit(resolve(sourceFolder, outside(fixed)), pattern.start());
  return found.sort();
}

/** Cuts a glob behind its last segment that needs no matching: `a/b/*.js` → `a/b` and `*.js`. */
export function splitPattern(pattern: string): { readonly fixed: string; readonly rest: string } {
  const segments = pattern.split("/");
  const first = segments.findIndex((segment) => GLOB_CHARACTERS.test(segment));
  const cut = first < 0 ? segments.length - 1 : first;
  const fixed = segments.slice(0, cut).join("/");
  return {
    fixed: fixed === "" && pattern.startsWith("/") ? "/" : fixed,
    rest: segments.slice(cut).join("/"),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
