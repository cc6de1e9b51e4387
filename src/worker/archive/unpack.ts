import { mkdir, rm } from "node:fs/promises";
import type { ArchiveEntry, CheckedArchive } from "./archive-entry.ts";
import { ARCHIVE_LIMITS, type ArchiveLimits } from "./limits.ts";
import { openArchive } from "./open-archive.ts";
import { TargetFolder } from "./target-folder.ts";

/** Enough to hide the latency of small files, few enough to keep memory flat. */
const FILES_AT_ONCE = 8;
const EARLIEST = Date.UTC(1980, 0, 1);

/**
 * Unpacks a zip or a gzipped tar into a folder that it makes; the folder's parent exists, the folder itself doesn't. Refused or
 * failed, nothing of it is left on disk.
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError in the words of P12.1 to P12.5
 */
export async function unpack(
  file: string,
  folder: string,
  artifact: string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<void> {
  await using archive = await openArchive(file, artifact, limits);
  await mkdir(folder, 0o755);
  try {
    await writeEntries(archive, new TargetFolder(folder, artifact));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function writeEntries(archive: CheckedArchive, target: TargetFolder): Promise<void> {
  for (const entry of archive.entries) if (entry.kind === "folder") await target.makeFolder(entry.path);
  const files = archive.entries.filter((entry) => entry.kind === "file").values();
  const failed = new AbortController();
  const workers = Array.from({ length: FILES_AT_ONCE }, async () => {
    for (const entry of files) {
      if (failed.signal.aborted) return;
      await writeFile(entry, target, failed.signal);
    }
  });
  const first = Promise.all(workers).catch((error: unknown) => {
    failed.abort();
    throw error;
  });
  // The folder is removed on failure: no writer may still be at work in it then.
  await Promise.allSettled([first, ...workers]);
  await first;
  for (const [path, linkTarget] of archive.links) await target.createLink(path, linkTarget);
}

async function writeFile(entry: ArchiveEntry, target: TargetFolder, signal: AbortSignal): Promise<void> {
  await using file = await target.createFile(entry.path, entry.mode);
  // The umask must not decide what P12.4 decides.
  await file.chmod(entry.mode);
  await file.writeFile(await entry.open(), { signal });
  const modified = entry.modified.getTime();
  if (modified >= EARLIEST && modified <= Date.now()) await file.utimes(entry.modified, entry.modified);
}
