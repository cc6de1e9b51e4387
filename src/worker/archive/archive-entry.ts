import type { Readable } from "node:stream";
import { nameProblem } from "./entry-name.ts";
import { refuseEntry } from "./refusal.ts";

/** One entry that passed the checks of P12.2. */
export interface ArchiveEntry extends EntryAttributes {
  readonly modified: Date;
  /** Declared size unpacked, in bytes; held to while reading. */
  readonly size: number;
  /** Its bytes, unpacked. The stream fails with a ProviderError when they aren't what the archive declared. */
  open(): Promise<Readable>;
}

export interface EntryAttributes {
  /** Relative, `/` between segments, no trailing `/`. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  /** Permission bits as P12.4 leaves them. */
  readonly mode: number;
}

/** An archive whose whole directory was checked: its contents are checked as they are read. */
export interface CheckedArchive extends AsyncDisposable {
  readonly entries: readonly ArchiveEntry[];
  /** Target text of each link, by the link's path; all stay inside. */
  readonly links: ReadonlyMap<string, string>;
}

/** As it stands in the archive, `\` read as `/`; not `valid`, with U+FFFD in it, where it isn't the UTF-8 it has to be. */
export interface DecodedName {
  readonly name: string;
  readonly valid: boolean;
}

const TYPE_MASK = 0o170000;
const SPECIAL_TYPES = new Map([
  [0o020000, "device"],
  [0o060000, "device"],
  [0o010000, "fifo"],
  [0o140000, "socket"],
]);

/**
 * Checks what an entry's name and Unix mode say of it, type bits included.
 *
 * @throws ProviderError in the words of P12.2
 */
export function checkAttributes(
  artifact: string,
  { name, valid }: DecodedName,
  unixMode: number,
): EntryAttributes {
  const problem = valid ? nameProblem(name) : "has an invalid name";
  if (problem !== undefined) throw refuseEntry(artifact, name, problem);
  const special = SPECIAL_TYPES.get(unixMode & TYPE_MASK);
  if (special !== undefined) throw refuseEntry(artifact, name, `is a ${special}`);
  if ((unixMode & 0o6000) !== 0) throw refuseEntry(artifact, name, "has a setuid or setgid bit");
  const kind = kindOf(name, unixMode);
  return { path: name.replace(/\/$/, ""), kind, mode: permissions(kind, unixMode) };
}

function kindOf(name: string, unixMode: number): EntryAttributes["kind"] {
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
function permissions(kind: EntryAttributes["kind"], unixMode: number): number {
  if (kind === "folder") return 0o755;
  return unixMode === 0 ? 0o644 : (unixMode & 0o755) | 0o600;
}
