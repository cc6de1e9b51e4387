/** The records of a zip that is written as it goes: sizes follow the contents (APPNOTE.TXT 4.3, P12.6). */

/** What is known of an entry before its contents. */
export interface ZipRecordEntry {
  /** UTF-8; a folder's ends with `/` and has no contents. */
  readonly name: Buffer;
  readonly folder: boolean;
  /** Type and permission bits. */
  readonly unixMode: number;
  readonly modified: Date;
}

/** An entry that has been written. Sizes in bytes. */
export interface WrittenEntry extends ZipRecordEntry {
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  /** Of its local header. */
  readonly offset: number;
}

const MADE_BY_UNIX = (3 << 8) | 63;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const FLAG_UTF8 = 1 << 11;
const FLAG_SIZES_FOLLOW = 1 << 3;
const DEFLATE = 8;
/** Stands for a number that the record's zip64 part tells. */
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;

export function localHeader(entry: ZipRecordEntry): Buffer {
  return Buffer.concat([
    u32(0x04034b50),
    u16(VERSION),
    common(entry),
    Buffer.alloc(12),
    nameLengths(entry, 0),
    entry.name,
  ]);
}

/** After an entry's contents; a folder has none to tell of. */
export function dataDescriptor(entry: WrittenEntry): Buffer {
  if (entry.folder) return Buffer.alloc(0);
  const size = isLarge(entry) ? u64 : u32;
  return Buffer.concat([u32(0x08074b50), u32(entry.crc), size(entry.packed), size(entry.unpacked)]);
}

export function centralRecord(entry: WrittenEntry): Buffer {
  const large = isLarge(entry);
  const numbers = [entry.unpacked, entry.packed, entry.offset];
  const extra = large ? Buffer.concat([u16(1), u16(24), ...numbers.map(u64)]) : Buffer.alloc(0);
  return Buffer.concat([
    ...[u32(0x02014b50), u16(MADE_BY_UNIX), u16(large ? VERSION_ZIP64 : VERSION), common(entry)],
    ...[u32(entry.crc), u32(large ? MAX_32 : entry.packed), u32(large ? MAX_32 : entry.unpacked)],
    ...[nameLengths(entry, extra.length), Buffer.alloc(6), u32((entry.unixMode << 16) >>> 0)],
    ...[u32(large ? MAX_32 : entry.offset), entry.name, extra],
  ]);
}

/** The end of the zip, with its zip64 form in front where a number needs it. Numbers in bytes, but `entries`. */
export function endRecords(directory: {
  readonly entries: number;
  readonly offset: number;
  readonly size: number;
}): Buffer {
  const { entries, offset, size } = directory;
  const end = Buffer.concat([
    ...[u32(0x06054b50), u32(0), u16(Math.min(entries, MAX_16)), u16(Math.min(entries, MAX_16))],
    ...[u32(Math.min(size, MAX_32)), u32(Math.min(offset, MAX_32)), u16(0)],
  ]);
  if (entries < MAX_16 && offset < MAX_32 && size < MAX_32) return end;
  return Buffer.concat([
    ...[u32(0x06064b50), u64(44), u16(MADE_BY_UNIX), u16(VERSION_ZIP64), u32(0), u32(0)],
    ...[entries, entries, size, offset].map(u64),
    ...[u32(0x07064b50), u32(0), u64(offset + size), u32(1)],
    end,
  ]);
}

/** Flags, method and time: the same in both headers. */
function common({ folder, modified }: ZipRecordEntry): Buffer {
  const flags = folder ? FLAG_UTF8 : FLAG_UTF8 | FLAG_SIZES_FOLLOW;
  return Buffer.concat([u16(flags), u16(folder ? 0 : DEFLATE), dosTime(modified)]);
}

function nameLengths({ name }: ZipRecordEntry, extraLength: number): Buffer {
  return Buffer.concat([u16(name.length), u16(extraLength)]);
}

/** In UTC, in steps of 2 s, of the years that DOS knows (P1.3). */
function dosTime(time: Date): Buffer {
  const within = Math.min(Math.max(time.getTime(), Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31, 23, 59, 58));
  const utc = new Date(within);
  const clock = (utc.getUTCHours() << 11) | (utc.getUTCMinutes() << 5) | (utc.getUTCSeconds() >> 1);
  const day = ((utc.getUTCFullYear() - 1980) << 9) | ((utc.getUTCMonth() + 1) << 5) | utc.getUTCDate();
  return Buffer.concat([u16(clock), u16(day)]);
}

function isLarge({ packed, unpacked, offset }: WrittenEntry): boolean {
  return Math.max(packed, unpacked, offset) >= MAX_32;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
