/** Zips written byte by byte, so that they can lie. */
import { crc32, deflateRawSync } from "node:zlib";

export interface RawEntry {
  readonly name: string | Buffer;
  readonly data?: Buffer | string;
  /** Unix mode with type bits; default a plain file. */
  readonly mode?: number;
  readonly deflate?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** What the headers claim, where it isn't so. */
  readonly claimedSize?: number;
  readonly claimedCrc?: number;
  readonly localName?: string;
  readonly localMethod?: number;
  /** Points the central record at the local header of this entry instead of writing one. */
  readonly sharesHeaderOf?: number;
}

export function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? "");
    const packed = entry.deflate === true ? deflateRawSync(data) : data;
    const method = entry.method ?? (entry.deflate === true ? 8 : 0);
    const name = Buffer.from(entry.name as string);
    const common = (usedMethod: number) => {
      const fields = Buffer.alloc(26 - 4);
      fields.writeUInt16LE(20, 0);
      fields.writeUInt16LE(entry.flags ?? 0x800, 2);
      fields.writeUInt16LE(usedMethod, 4);
      fields.writeUInt16LE(0x21 | (40 << 9), 8);
      fields.writeUInt32LE(entry.claimedCrc ?? crc32(data), 10);
      fields.writeUInt32LE(packed.length, 14);
      fields.writeUInt32LE(entry.claimedSize ?? data.length, 18);
      return fields;
    };
    let start = offset;
    if (entry.sharesHeaderOf === undefined) {
      const localName = Buffer.from(entry.localName ?? name);
      const lengths = Buffer.alloc(4);
      lengths.writeUInt16LE(localName.length, 0);
      const local = Buffer.concat([
        Buffer.from("PK\x03\x04"),
        common(entry.localMethod ?? method),
        lengths,
        localName,
        packed,
      ]);
      parts.push(local);
      offset += local.length;
    } else {
      start = offsets[entry.sharesHeaderOf]!;
    }
    offsets.push(start);
    const tail = Buffer.alloc(18);
    tail.writeUInt16LE(name.length, 0);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 10);
    tail.writeUInt32LE(start, 14);
    records.push(
      Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), common(method), tail, name]),
    );
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}
