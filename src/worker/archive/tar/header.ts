/** One 512-byte block that says what comes next in a tar (POSIX ustar, and GNU's variant of it). */
export interface TarHeader {
  readonly name: Buffer;
  /** `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` and `g` pax records, `L` and `K` GNU's long names. */
  readonly type: string;
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  readonly linkTarget: Buffer;
}

export const BLOCK = 512;

/** Undefined when the block isn't a header: its checksum or one of its numbers is wrong. */
export function readHeader(block: Buffer): TarHeader | undefined {
  const mode = numberAt(block, 100, 8);
  const size = numberAt(block, 124, 12);
  const modified = numberAt(block, 136, 12);
  if (numberAt(block, 148, 8) !== checksum(block)) return undefined;
  if (mode === undefined || size === undefined || modified === undefined) return undefined;
  return {
    name: nameOf(block),
    type: String.fromCharCode(block[156] || 0x30),
    mode: mode & 0o7777,
    size,
    modified,
    linkTarget: textAt(block, 157, 100),
  };
}

/** Of all bytes, those of the checksum itself counted as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

/** GNU's own format keeps other things where POSIX keeps the first part of long names. */
function nameOf(block: Buffer): Buffer {
  const name = textAt(block, 0, 100);
  if (block.toString("latin1", 257, 263) !== "ustar\0") return name;
  const prefix = textAt(block, 345, 155);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name]);
}

function textAt(block: Buffer, start: number, length: number): Buffer {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** Octal digits, or, with the first bit set, a binary number; undefined for anything else. */
function numberAt(block: Buffer, start: number, length: number): number | undefined {
  if (((block[start] ?? 0) & 0x80) !== 0) {
    const digits = block.subarray(start, start + length).toString("hex");
    const value = Number(BigInt(`0x${digits}`) - (0x80n << BigInt(8 * (length - 1))));
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = textAt(block, start, length).toString("latin1").trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}
