import type { Entry } from "yauzl";
import { decodeName, nameProblem } from "./entry-name.ts";
import { refuseEntry } from "./refusal.ts";

/** One entry that passed the checks of P12.2 that need no other entry. */
export interface ZipEntry {
  /** Relative, `/` between segments, no trailing `/`. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  /** Permission bits as P12.4 leaves them. */
  readonly mode: number;
  readonly modified: Date;
  /** Declared size unpacked, in bytes; held to while reading. */
  readonly size: number;
  readonly raw: Entry;
}

const TYPE_MASK = 0o170000;
const SPECIAL_TYPES = new Map([
  [0o020000, "device"],
  [0o060000, "device"],
  [0o010000, "fifo"],
  [0o140000, "socket"],
]);
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
  const { name, valid } = decodeName(raw);
  const problem = valid ? nameProblem(name) : "has an invalid name";
  if (problem !== undefined) throw refuseEntry(artifact, name, problem);

  const unixMode = raw.externalFileAttributes >>> 16;
  const special = SPECIAL_TYPES.get(unixMode & TYPE_MASK);
  if (special !== undefined) throw refuseEntry(artifact, name, `is a ${special}`);
  if ((unixMode & 0o6000) !== 0) throw refuseEntry(artifact, name, "has a setuid or setgid bit");
  if (raw.isEncrypted()) throw refuseEntry(artifact, name, "is encrypted");
  if (!METHODS.has(raw.compressionMethod)) {
    throw refuseEntry(artifact, name, `uses an unsupported method ${raw.compressionMethod}`);
  }

  const kind = kindOf(name, unixMode);
  return {
    path: name.replace(/\/$/, ""),
    kind,
    mode: permissions(kind, unixMode),
    modified: raw.getLastModDate({ timezone: "UTC" }),
    size: raw.uncompressedSize,
    raw,
  };
}

function kindOf(name: string, unixMode: number): ZipEntry["kind"] {
  switch (unixMode & TYPE_MASK) {
    case 0o120000:
      return "link";
    case 0o040000:
      return "folder";
    default:
      return name.endsWith("/") ? "folder" : "file";
  }
}

/** P12.4: at most 0755; files can at least be read and written by the worker, folders entered too. */
function permissions(kind: ZipEntry["kind"], unixMode: number): number {
  if (kind === "folder") return 0o755;
  return unixMode === 0 ? 0o644 : (unixMode & 0o755) | 0o600;
}
