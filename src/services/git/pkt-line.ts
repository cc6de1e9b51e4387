/** git's framing: four hex digits of length, then that many bytes less four (gitprotocol-common, pkt-line). */

export const FLUSH = Buffer.from("0000");
/** What one packet may carry. */
const DATA_LIMIT = 65_516;

export type Packet = { readonly kind: "data"; readonly data: Buffer } | { readonly kind: "flush" };

/** What the client sent isn't git's protocol. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProtocolError";
  }
}

/**
 * The packet that starts at `offset` and where the next one starts.
 *
 * @returns undefined while it isn't there whole
 * @throws ProtocolError
 */
export function readPacket(buffer: Buffer, offset: number): { packet: Packet; next: number } | undefined {
  if (buffer.length < offset + 4) return undefined;
  const digits = buffer.toString("latin1", offset, offset + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new ProtocolError("A packet doesn't begin with its length.");
  const length = Number.parseInt(digits, 16);
  if (length === 0) return { packet: { kind: "flush" }, next: offset + 4 };
  if (length < 4 || length - 4 > DATA_LIMIT)
    throw new ProtocolError(`A packet can't have the length ${digits}.`);
  const next = offset + length;
  if (buffer.length < next) return undefined;
  return { packet: { kind: "data", data: buffer.subarray(offset + 4, next) }, next };
}

/** @param data at most 65,516 bytes */
export function dataPacket(data: string | Uint8Array): Buffer {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  const length = (bytes.length + 4).toString(16).padStart(4, "0");
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** Bytes as packets of a side band (1: the report, 2: progress, 3: a fatal error). */
export function bandPackets(band: 1 | 2 | 3, data: Uint8Array): Buffer {
  const packets: Buffer[] = [];
  for (let start = 0; start < data.length; start += DATA_LIMIT - 1) {
    packets.push(dataPacket(Buffer.concat([Buffer.of(band), data.subarray(start, start + DATA_LIMIT - 1)])));
  }
  return Buffer.concat(packets);
}
