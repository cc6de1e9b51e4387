/** Folders that the operator names for commands. */
import { realpath } from "node:fs/promises";
import { delimiter, isAbsolute, sep } from "node:path";
import { SandboxError } from "./sandbox-error.ts";

/** @param path as PATH is written @throws SandboxError */
export function checkPath(path: string): void {
  const wrong = path.split(delimiter).find((folder) => !isAbsolute(folder));
  if (wrong !== undefined)
    throw new SandboxError(
      "path",
      `it must be absolute folders with '${delimiter}' between them, as in PATH, and '${wrong}' isn't one`,
    );
}

/**
 * @param closed what commands must not see: folders of the worker and of its server
 * @throws SandboxError
 */
export async function checkReadOnly(paths: readonly string[], closed: readonly string[]): Promise<void> {
  const hidden = await Promise.all(closed.map((folder) => realpath(folder)));
  for (const path of paths) {
    if (!isAbsolute(path)) throw new SandboxError("roPaths", `'${path}' is no absolute path`);
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) throw new SandboxError("roPaths", `'${path}' isn't there`);
    const folder = hidden.find((one) => isWithin(one, real) || isWithin(real, one));
    if (folder !== undefined)
      throw new SandboxError("roPaths", `'${path}' would show ${folder}, which commands must not see`);
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === sep ? sep : `${folder}${sep}`);
}
