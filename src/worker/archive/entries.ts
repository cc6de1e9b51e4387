import type { Readable } from "node:stream";
import { resolvePath } from "./links.ts";
import { type CheckedZip, openZip } from "./reader.ts";
import { refuseEntry } from "./refusal.ts";
import type { ZipEntry } from "./zip-entry.ts";

/** A file of an archive that is read without unpacking it. */
export interface ArchiveFile {
  /** Relative, `/` between segments. */
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  /** Fails, while reading, with a ProviderError when the contents aren't what the archive declared. */
  open(): Promise<Readable>;
}

/**
 * The files of a zip in the order of its directory, links resolved to what they point to (P12.5): a link to a file
 * is that file once more, a link to a folder all that lies below it. Folders themselves aren't listed. Each file is
 * read, or left, before the next one is asked for.
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError in the words of P12.1 to P12.5; a link to nothing is refused too
 */
export async function* zipEntries(file: string, artifact: string): AsyncGenerator<ArchiveFile> {
  using zip = await openZip(file, artifact);
  const byPath = new Map(zip.entries.map((entry) => [entry.path, entry]));
  for (const entry of zip.entries) {
    if (entry.kind === "file") yield archiveFile(zip, entry.path, entry);
    if (entry.kind === "link") yield* linked(zip, byPath, entry.path, artifact);
  }
}

function* linked(
  zip: CheckedZip,
  byPath: ReadonlyMap<string, ZipEntry>,
  link: string,
  artifact: string,
): Generator<ArchiveFile> {
  const target = resolvePath(link, zip.links) ?? "";
  const entry = byPath.get(target);
  if (entry?.kind === "file") {
    yield archiveFile(zip, link, entry);
    return;
  }
  const below = target === "" ? "" : `${target}/`;
  let found = entry !== undefined;
  for (const candidate of zip.entries) {
    if (!candidate.path.startsWith(below)) continue;
    found = true;
    // Links below a linked folder aren't followed again: that is where cycles live.
    if (candidate.kind !== "file") continue;
    yield archiveFile(zip, `${link}/${candidate.path.slice(below.length)}`, candidate);
  }
  if (!found) throw refuseEntry(artifact, link, "is a link to nothing in this archive");
}

function archiveFile(zip: CheckedZip, path: string, entry: ZipEntry): ArchiveFile {
  return { path, size: entry.size, mode: entry.mode, open: () => zip.contents(entry) };
}
