import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that is removed when `stack` is disposed. */
export async function scratchFolder(stack: AsyncDisposableStack): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  stack.defer(() => rm(path, { recursive: true, force: true }));
  return path;
}
