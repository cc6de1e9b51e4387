/** Tars written byte by byte, so that they can lie. */
import { gzipSync } from "node:zlib";

export interface RawMember {
  readonly name: string | Buffer;
  /** Default a plain file. */
  readonly type?: string;
  readonly data?: Buffer | string;
  readonly mode?: number;
  readonly linkTarget?: string;
  /** What the header claims, where it isn't so. */
  readonly claimedSize?: number;
  readonly claimedChecksum?: number;
}

export function rawTar(members: readonly RawMember[]): Buffer {
  const parts = members.flatMap((member) => {
    const data = Buffer.from(member.data ?? "");
    return [header(member, data.length), data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

export function rawTarGz(members: readonly RawMember[]): Buffer {
  return gzipSync(rawTar(members));
}

/** `path=<value>` and the like, as pax writes them. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
  return `${length}${rest}`;
}

function header(member: RawMember, size: number): Buffer {
  const block = Buffer.alloc(512);
  Buffer.from(member.name as string).copy(block, 0, 0, 100);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  octal(member.mode ?? 0o644, 100, 7);
  octal(member.claimedSize ?? size, 124, 11);
  octal(1_700_000_000, 136, 11);
  block.write(member.type ?? "0", 156, "latin1");
  block.write(member.linkTarget ?? "", 157, 100);
  block.write("ustar\x0000", 257, "latin1");
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  octal(member.claimedChecksum ?? sum, 148, 6);
  block[154] = 0;
  return block;
}
