import { mkdir, rm } from "node:fs/promises";
import type { ArchiveLimits } from "./limits.ts";
import { type CheckedZip, openZip } from "./reader.ts";
import { TargetFolder } from "./target-folder.ts";
import type { ZipEntry } from "./zip-entry.ts";

/** Enough to hide the latency of small files, few enough to keep memory flat. */
const FILES_AT_ONCE = 8;
const EARLIEST = Date.UTC(1980, 0, 1);

/**
 * Unpacks a zip into a folder that it makes; the folder's parent exists, the folder itself doesn't. Refused or
 * failed, nothing of it is left on disk.
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError in the words of P12.1 to P12.5
 */
export async function unpack(
  file: string,
  folder: string,
  artifact: string,
  limits?: ArchiveLimits,
): Promise<void> {
  using zip = await openZip(file, artifact, limits);
  await mkdir(folder, 0o755);
  try {
    await writeEntries(zip, new TargetFolder(folder, artifact));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function writeEntries(zip: CheckedZip, target: TargetFolder): Promise<void> {
  for (const entry of zip.entries) if (entry.kind === "folder") await target.makeFolder(entry.path);
  const files = zip.entries.filter((entry) => entry.kind === "file").values();
  const failed = new AbortController();
  const workers = Array.from({ length: FILES_AT_ONCE }, async () => {
    for (const entry of files) {
      if (failed.signal.aborted) return;
      await writeFile(zip, entry, target, failed.signal);
    }
  });
  const first = Promise.all(workers).catch((error: unknown) => {
    failed.abort();
    throw error;
  });
  // The folder is removed on failure: no writer may still be at work in it then.
  await Promise.allSettled([first, ...workers]);
  await first;
  for (const [path, linkTarget] of zip.links) await target.createLink(path, linkTarget);
}

async function writeFile(
  zip: CheckedZip,
  entry: ZipEntry,
  target: TargetFolder,
  signal: AbortSignal,
): Promise<void> {
  await using file = await target.createFile(entry.path, entry.mode);
  // The umask must not decide what P12.4 decides.
  await file.chmod(entry.mode);
  await file.writeFile(await zip.contents(entry), { signal });
  const modified = entry.modified.getTime();
  if (modified >= EARLIEST && modified <= Date.now()) await file.utimes(entry.modified, entry.modified);
}
