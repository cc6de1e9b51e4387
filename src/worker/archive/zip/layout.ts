import type { ZipFile } from "yauzl";
import { refuseEntry } from "../refusal.ts";
import type { ZipEntry } from "./zip-entry.ts";

interface Range {
  readonly entry: ZipEntry;
  readonly start: number;
  readonly end: number;
}

/**
 * Compares each local header with its central record, and refuses entries that share bytes with another or with the
 * directory itself: the trick behind bombs whose entries are all the same kilobytes.
 *
 * @param directoryStart offset of the central directory in the file
 * @throws ProviderError in the words of P12.2
 */
export async function checkLayout(
  artifact: string,
  zip: ZipFile,
  entries: readonly ZipEntry[],
  directoryStart: number,
): Promise<void> {
  const ranges: Range[] = [];
  for (const entry of entries) ranges.push(await rangeOf(artifact, zip, entry));
  ranges.sort((a, b) => a.start - b.start);
  let end = 0;
  for (const range of ranges) {
    if (range.start < end || range.end > directoryStart) {
      throw refuseEntry(artifact, range.entry.path, "overlaps another entry");
    }
    end = range.end;
  }
}

async function rangeOf(artifact: string, zip: ZipFile, entry: ZipEntry): Promise<Range> {
  const header = await zip.readLocalFileHeaderPromise(entry.raw).catch((error: unknown) => {
    throw refuseEntry(artifact, entry.path, `has no readable local header (${messageOf(error)})`);
  });
  const encrypted = (header.generalPurposeBitFlag & 1) !== 0;
  if (
    encrypted ||
    header.compressionMethod !== entry.raw.compressionMethod ||
    !header.fileName.equals(entry.raw.fileNameRaw)
  ) {
    throw refuseEntry(artifact, entry.path, "differs between the central directory and its local header");
  }
  return {
    entry,
    start: entry.raw.relativeOffsetOfLocalHeader,
    end: header.fileDataStart + entry.raw.compressedSize,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
