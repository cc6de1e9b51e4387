/** Mirrors go that nobody has needed for long: of pipelines and connections that are gone, or of a token that was replaced. */
import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { inTurn } from "./in-turn.ts";

const UNUSED_MS = 30 * 24 * 60 * 60_000;
/** What a mirror is called while it goes. */
const GOING = ".going-";
/** Also of one that is being made; a file system has folders of its own beside them. */
const MIRROR = /\.git(\.|$)/;

/** Says that a mirror is used now. */
export async function markUsed(mirror: string): Promise<void> {
  const now = new Date();
  await utimes(mirror, now, now);
}

/**
 * Removes the mirrors that weren't used for thirty days, and what a process left that died while it made or removed one.
 *
 * @param folder that the mirrors are in
 * @param now milliseconds since the epoch
 * @throws why one couldn't be removed, after all others were
 */
export async function removeUnusedMirrors(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const failures: unknown[] = [];
  for (const name of names.filter((one) => MIRROR.test(one))) {
    const path = join(folder, name);
    await inTurn(path, () => removeUnused(path, name.includes(GOING), now)).catch((error: unknown) =>
      failures.push(error),
    );
  }
  if (failures.length > 0) throw failures[0];
}

async function removeUnused(path: string, isGoing: boolean, now: number): Promise<void> {
  if (isGoing) return await remove(path);
  const used = await stat(path).catch(() => undefined);
  if (used === undefined || now - used.mtimeMs <= UNUSED_MS) return;
  // Under its name it is whole, or not there at all.
  const going = `${path}${GOING}${randomUUID()}`;
  await rename(path, going);
  await remove(going);
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
