/** What git leaves in a repository when the machine goes down under it, and nothing else clears away. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "./missing.ts";

/** A ref is locked for the moment of its change. */
const LOCK_LIFE_MS = 30_000;
/** Without its server git gets no more of a pack; what it has it checks within minutes. */
const QUARANTINE_LIFE_MS = 10 * 60_000;

/**
 * Removes locks, which would refuse every later push to their refs, and the quarantines of packs. Only while no push
 * is under way.
 */
export async function clearLeftovers(path: string, now: number): Promise<void> {
  const locks = [
    ...(await entriesOf(path)),
    ...(await entriesOf(join(path, "refs"), { recursive: true })),
  ].filter((entry) => entry.endsWith(".lock"));
  const quarantines = (await entriesOf(join(path, "objects"))).filter((entry) =>
    /[/\\]tmp_objdir-[^/\\]*$/.test(entry),
  );
  for (const lock of locks) await removeOlder(lock, now - LOCK_LIFE_MS);
  for (const quarantine of quarantines) await removeOlder(quarantine, now - QUARANTINE_LIFE_MS);
}

/** Absolute paths. */
async function entriesOf(folder: string, options?: { readonly recursive: true }): Promise<string[]> {
  return (await readdir(folder, options ?? {})).map((entry) => join(folder, entry));
}

async function removeOlder(path: string, than: number): Promise<void> {
  try {
    if ((await stat(path)).mtimeMs < than) await rm(path, { recursive: true, force: true });
  } catch (error) {
    // git has just done so itself.
    if (!isMissing(error)) throw error;
  }
}
