/** The folder that a server keeps everything in. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Makes the folder, with those above it, unless it is there.
 * @throws the system's error (EACCES, EROFS, ENOTDIR, …)
 */
export async function makeDataDirectory(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    // Not `recursive: true`: where a file system refuses new folders with ENOENT (/proc), that never ends.
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeDataDirectory(dirname(path));
    await makeFolder(path);
  }
}

/** A folder of its own, removed when `stack` is disposed. */
export async function temporaryDirectory(stack: AsyncDisposableStack): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "millrace-"));
  stack.defer(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
