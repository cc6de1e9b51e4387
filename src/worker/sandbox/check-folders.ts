/** Folders that the operator names for commands. */
import { realpath } from "node:fs/promises";
import { delimiter, isAbsolute, resolve, sep } from "node:path";
import { shownWith } from "./bubblewrap.ts";
import { SandboxError } from "./sandbox-error.ts";

/**
 * @param path as PATH is written
 * @param closed what commands must not see: folders of the worker and of its server
 * @throws SandboxError
 */
export async function checkPath(path: string, closed: readonly string[]): Promise<void> {
  const folders = path.split(delimiter);
  const wrong = folders.find((folder) => !isAbsolute(folder));
  if (wrong !== undefined)
    throw new SandboxError(
      "path",
      `it must be absolute folders with '${delimiter}' between them, as in PATH, and '${wrong}' isn't one`,
    );
  const hidden = await Promise.all(closed.map((folder) => realpath(folder)));
  for (const folder of folders)
    for (const shown of shownWith(folder)) {
      // One that isn't there yet may be made while commands run.
      const real = await realpath(shown).catch(() => resolve(shown));
      refuseHidden("path", folder, real, hidden);
    }
}

/** @param closed as above @throws SandboxError */
export async function checkReadOnly(paths: readonly string[], closed: readonly string[]): Promise<void> {
  const hidden = await Promise.all(closed.map((folder) => realpath(folder)));
  for (const path of paths) {
    if (!isAbsolute(path)) throw new SandboxError("roPaths", `'${path}' is no absolute path`);
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) throw new SandboxError("roPaths", `'${path}' isn't there`);
    refuseHidden("roPaths", path, real, hidden);
  }
}

function refuseHidden(
  option: "path" | "roPaths",
  given: string,
  shown: string,
  hidden: readonly string[],
): void {
  const folder = hidden.find((one) => isWithin(one, shown) || isWithin(shown, one));
  if (folder !== undefined)
    throw new SandboxError(option, `'${given}' would show ${folder}, which commands must not see`);
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === sep ? sep : `${folder}${sep}`);
}
