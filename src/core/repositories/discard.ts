/** Folders of deleted repositories. */
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "./missing.ts";

/** Marks a folder that may be removed whoever finds it: one without a row may belong to another database. */
const DISCARDED = ".discarded";

/** Removes a repository's folder; a crash on the way leaves what `clearDiscarded` finds. */
export async function discard(path: string): Promise<void> {
  try {
    await rename(path, path + DISCARDED);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  await rm(path + DISCARDED, { recursive: true, force: true });
}

/** @param root the folder of all repositories */
export async function clearDiscarded(root: string): Promise<void> {
  const entries = (await readdir(root)).filter((entry) => entry.endsWith(DISCARDED));
  for (const entry of entries) await rm(join(root, entry), { recursive: true, force: true });
}
