import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import {
  type ArchiveEntry,
  type CheckedArchive,
  checkAttributes,
  type DecodedName,
} from "../archive-entry.ts";
import { Budget } from "../budget.ts";
import type { ArchiveLimits } from "../limits.ts";
import { checkLinks } from "../links.ts";
import { refuseDirectory, refuseEntry, refuseLimit, refuseType } from "../refusal.ts";
import { checkTree } from "../tree.ts";
import { TarDamagedError, type TarMember, tarMembers } from "./members.ts";
import { TarSpool } from "./spool.ts";

/** Unix's type bits for the types of members that have any. */
const TYPE_BITS = new Map([
  ["0", 0o100000],
  ["7", 0o100000],
  ["1", 0o100000],
  ["2", 0o120000],
  ["3", 0o020000],
  ["4", 0o060000],
  ["5", 0o040000],
  ["6", 0o010000],
]);

/**
 * Decompresses a gzipped tar, and checks everything of it before the first entry is read (P12.2).
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError `Input artifact <n> is not a ZIP file` when no tar is in it (P12.1), or a refusal of P12.2,
 *   P12.3
 */
export async function openTar(
  file: string,
  artifact: string,
  limits: ArchiveLimits,
): Promise<CheckedArchive> {
  const { size } = await stat(file);
  const tar = await TarSpool.inflate(file, new Budget(artifact, size, limits)).catch(damaged(artifact));
  try {
    const reader = new TarReader(artifact, tar, new Budget(artifact, size, limits));
    const { entries, links } = await reader.readAll(limits.entries).catch(damaged(artifact));
    checkTree(artifact, entries);
    checkLinks(artifact, links);
    return { entries, links, [Symbol.asyncDispose]: () => tar[Symbol.asyncDispose]() };
  } catch (error) {
    await tar[Symbol.asyncDispose]();
    throw error;
  }
}

class TarReader {
  readonly #artifact: string;
  readonly #tar: TarSpool;
  /** Of what entries are read to, which hard links can make more than the tar. */
  readonly #budget: Budget;
  readonly #files = new Map<string, ArchiveEntry>();

  constructor(artifact: string, tar: TarSpool, budget: Budget) {
    this.#artifact = artifact;
    this.#tar = tar;
    this.#budget = budget;
  }

  async readAll(maxEntries: number): Promise<Pick<CheckedArchive, "entries" | "links">> {
    const entries: ArchiveEntry[] = [];
    const links = new Map<string, string>();
    for await (const member of tarMembers(this.#tar)) {
      const decoded = decode(member.name);
      if (isRoot(decoded.name, member.type)) continue;
      if (entries.length === maxEntries) {
        throw refuseLimit(this.#artifact, "number of entries", String(maxEntries));
      }
      const entry = this.#entry(decoded, member);
      entries.push(entry);
      if (entry.kind === "link") links.set(entry.path, decode(member.linkTarget).name);
      if (entry.kind === "file") this.#files.set(entry.path, entry);
    }
    return { entries, links };
  }

  #entry(decoded: DecodedName, member: TarMember): ArchiveEntry {
    const type = TYPE_BITS.get(member.type);
    if (type === undefined || member.sparse) {
      throw refuseEntry(this.#artifact, decoded.name, `uses an unsupported method ${member.type}`);
    }
    const attributes = checkAttributes(this.#artifact, decoded, type | member.mode);
    const { size, open } =
      member.type === "1"
        ? this.#linkedFile(attributes.path, member)
        : this.#contents(attributes.path, member);
    return { ...attributes, modified: new Date(member.modified * 1000), size, open };
  }

  /** A hard link is the earlier file that it names, once more. */
  #linkedFile(path: string, { linkTarget }: TarMember): Pick<ArchiveEntry, "size" | "open"> {
    const file = this.#files.get(decode(linkTarget).name);
    if (file === undefined) {
      throw refuseEntry(this.#artifact, path, "is a link to nothing before it in this archive");
    }
    return file;
  }

  #contents(path: string, { start, size }: TarMember): Pick<ArchiveEntry, "size" | "open"> {
    if (start + size > this.#tar.size) throw refuseEntry(this.#artifact, path, "has a wrong checksum");
    const open = async (): Promise<Readable> => {
      const refusal = this.#budget.take(size);
      if (refusal !== undefined) throw refusal;
      return this.#tar.stream(start, size);
    };
    return { size, open };
  }
}

/** `tar` puts `./` in front of all names when it packs the folder that it stands in. */
function decode(bytes: Buffer): DecodedName {
  const name = bytes
    .toString("utf8")
    .replaceAll("\\", "/")
    .replace(/^(\.\/+)+/, "");
  return { name, valid: isUtf8(bytes) };
}

/** The folder that was packed: here it is the one that is unpacked into. */
function isRoot(name: string, type: string): boolean {
  return type === "5" && (name === "" || name === ".");
}

/** A stream that zlib can't read to its end, or something in it that isn't a tar. */
function damaged(artifact: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof TarDamagedError) {
      throw error.atStart ? refuseType(artifact) : refuseDirectory(artifact, error.message);
    }
    if (isZlibError(error)) throw refuseDirectory(artifact, error.message);
    throw error;
  };
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
