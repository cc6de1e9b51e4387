import { BLOCK, readHeader, type TarHeader } from "./header.ts";
import { type PaxRecords, readPax } from "./pax.ts";
import type { TarSpool } from "./spool.ts";

/** What a tar holds under a name, its extended headers applied. Nothing of it is checked. */
export interface TarMember extends TarHeader {
  /** Where its contents begin. */
  readonly start: number;
  readonly sparse: boolean;
}

/** Headers that stand for the next one: none needs as much. */
const MAX_EXTENSION_BYTES = 2 ** 20;

/** It isn't a tar, or not from here on. */
export class TarDamagedError extends Error {
  /** Nothing before it was fine: this may be anything. */
  readonly atStart: boolean;

  constructor(offset: number) {
    super(`no header at byte ${offset}`);
    this.name = "TarDamagedError";
    this.atStart = offset === 0;
  }
}

/**
 * The members of a tar in its order: ustar, GNU and pax, to the first empty block or the end.
 *
 * @throws TarDamagedError
 */
export async function* tarMembers(tar: TarSpool): AsyncGenerator<TarMember> {
  let everywhere: PaxRecords = {};
  let next: PaxRecords = {};
  if (tar.size === 0) throw new TarDamagedError(0);
  for (let offset = 0; offset < tar.size; ) {
    const block = await tar.read(offset, BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const header = block.length === BLOCK ? readHeader(block) : undefined;
    if (header === undefined) throw new TarDamagedError(offset);
    const start = offset + BLOCK;
    const extension = await readExtension(tar, header, start);
    if (extension === undefined) {
      const member = merged(header, { ...everywhere, ...next }, start);
      yield member;
      next = {};
      offset = start + padded(member.size);
    } else {
      if (header.type === "g") everywhere = { ...everywhere, ...extension };
      else next = { ...next, ...extension };
      offset = start + padded(header.size);
    }
  }
}

/** What a header says of the next one, where it does. */
async function readExtension(
  tar: TarSpool,
  { type, size }: TarHeader,
  start: number,
): Promise<PaxRecords | undefined> {
  if (!"xgLK".includes(type)) return undefined;
  const bytes = size > MAX_EXTENSION_BYTES ? Buffer.alloc(0) : await tar.read(start, size);
  const records = bytes.length === size ? extensionOf(type, bytes) : undefined;
  if (records === undefined) throw new TarDamagedError(start);
  return records;
}

function extensionOf(type: string, bytes: Buffer): PaxRecords | undefined {
  const end = bytes.indexOf(0);
  const name = end < 0 ? bytes : bytes.subarray(0, end);
  switch (type) {
    case "L":
      return { path: name };
    case "K":
      return { linkpath: name };
    default:
      return readPax(bytes);
  }
}

function merged(header: TarHeader, records: PaxRecords, start: number): TarMember {
  return {
    ...header,
    name: records.path ?? header.name,
    linkTarget: records.linkpath ?? header.linkTarget,
    // A hard link has no contents of its own, whatever size it tells.
    size: header.type === "1" ? 0 : (records.size ?? header.size),
    modified: records.mtime ?? header.modified,
    sparse: records.sparse ?? header.type === "S",
    start,
  };
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
