/**
 * HMAC-SHA-256 of many texts under one key. Node has one-shot hashes but no one-shot HMAC, and to make and collect the
 * object of `createHmac` costs several times what hashing a short text does; so it is spelt out here (RFC 2104).
 */
import { hash } from "node:crypto";

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/** Texts count as UTF-8. */
export type Mac = (text: string) => Buffer;

export function createMac(key: Uint8Array): Mac {
  const inner = padded(key, 0x36);
  const outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(HASH_BYTES)]);
  return (text) => {
    const message = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(text));
    message.set(inner);
    message.write(text, BLOCK_BYTES);
    outer.write(hash("sha256", message, "hex"), BLOCK_BYTES, "hex");
    return Buffer.from(hash("sha256", outer, "hex"), "hex");
  };
}

function padded(key: Uint8Array, byte: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? hash("sha256", key, "buffer") : key);
  return block.map((given) => given ^ byte) as Buffer;
}
