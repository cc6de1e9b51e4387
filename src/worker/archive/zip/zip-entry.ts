import type { Entry } from "yauzl";
import { checkAttributes, type EntryAttributes } from "../archive-entry.ts";
import { refuseEntry } from "../refusal.ts";
import { decodeName } from "./decode-name.ts";

/** A record of the central directory that passed the checks of P12.2 that need no other entry. */
export interface ZipEntry extends EntryAttributes {
  readonly modified: Date;
  /** Declared size unpacked, in bytes; held to while reading. */
  readonly size: number;
  readonly raw: Entry;
}

const METHODS = new Set([0, 8]);

/**
 * Reads and checks a central directory record.
 *
 * The upper half of the external attributes counts as a Unix mode whatever system the archive claims to be from:
 * the strictest reading, and all writers but Unix ones leave it 0.
 *
 * @throws ProviderError in the words of P12.2
 */
export function checkEntry(artifact: string, raw: Entry): ZipEntry {
  const decoded = decodeName(raw);
  const attributes = checkAttributes(artifact, decoded, raw.externalFileAttributes >>> 16);
  if (raw.isEncrypted()) throw refuseEntry(artifact, decoded.name, "is encrypted");
  if (!METHODS.has(raw.compressionMethod)) {
    throw refuseEntry(artifact, decoded.name, `uses an unsupported method ${raw.compressionMethod}`);
  }
  return {
    ...attributes,
    modified: raw.getLastModDate({ timezone: "UTC" }),
    size: raw.uncompressedSize,
    raw,
  };
}
