import { constants } from "node:fs";
import { open, rm } from "node:fs/promises";

/** Where a shell that ended stood, and the commands that export its variables again (P3.15). */
export interface ShellState {
  readonly folder: string;
  readonly exports: string;
}

/** Of all exported variables: a system passes hardly more to a process. */
const MAX_BYTES = 2 ** 21;

/**
 * A build can write where its shell's state is kept, so nothing else than a small file of its own counts: no link,
 * which would be followed with the worker's rights, no pipe, which would never end (attack A25).
 */
const CAUTIOUSLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Takes what the driver's EXIT trap wrote; a shell that was killed, or a build's own trap, leaves nothing. */
export async function takeShellState(file: string): Promise<ShellState | undefined> {
  const text = await readSmallFile(file).catch(() => undefined);
  await rm(file, { recursive: true, force: true });
  const end = text?.indexOf("\0") ?? -1;
  if (text === undefined || end < 0) return undefined;
  return { folder: text.slice(0, end), exports: text.slice(end + 1) };
}

async function readSmallFile(file: string): Promise<string | undefined> {
  await using handle = await open(file, CAUTIOUSLY);
  const found = await handle.stat();
  if (!found.isFile() || found.size > MAX_BYTES) return undefined;
  const bytes = Buffer.alloc(found.size);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  return bytes.toString("utf8", 0, bytesRead);
}
