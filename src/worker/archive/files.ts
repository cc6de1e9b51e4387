import type { ArchiveEntry, CheckedArchive } from "./archive-entry.ts";
import { ARCHIVE_LIMITS } from "./limits.ts";
import { resolvePath } from "./links.ts";
import { openArchive } from "./open-archive.ts";
import { refuseEntry } from "./refusal.ts";

/** A file of an archive that is read without unpacking it. */
export type ArchiveFile = Pick<ArchiveEntry, "path" | "size" | "mode" | "open">;

/**
 * The files of a zip or a gzipped tar in the order of its directory, links resolved to what they point to (P12.5): a link to a file
 * is that file once more, a link to a folder all that lies below it. Folders themselves aren't listed. Each file is
 * read, or left, before the next one is asked for.
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError in the words of P12.1 to P12.5; a link to nothing is refused too
 */
export async function* archiveFiles(file: string, artifact: string): AsyncGenerator<ArchiveFile> {
  await using archive = await openArchive(file, artifact, ARCHIVE_LIMITS);
  const byPath = new Map(archive.entries.map((entry) => [entry.path, entry]));
  for (const entry of archive.entries) {
    if (entry.kind === "file") yield entry;
    if (entry.kind === "link") yield* linked(archive, byPath, entry.path, artifact);
  }
}

function* linked(
  archive: CheckedArchive,
  byPath: ReadonlyMap<string, ArchiveEntry>,
  link: string,
  artifact: string,
): Generator<ArchiveFile> {
  const target = resolvePath(link, archive.links) ?? "";
  const entry = byPath.get(target);
  if (entry?.kind === "file") {
    yield { ...entry, path: link };
    return;
  }
  const below = target === "" ? "" : `${target}/`;
  let found = entry !== undefined;
  for (const candidate of archive.entries) {
    if (!candidate.path.startsWith(below)) continue;
    found = true;
    // Links below a linked folder aren't followed again: that is where cycles live.
    if (candidate.kind !== "file") continue;
    yield { ...candidate, path: `${link}/${candidate.path.slice(below.length)}` };
  }
  if (!found) throw refuseEntry(artifact, link, "is a link to nothing in this archive");
}
