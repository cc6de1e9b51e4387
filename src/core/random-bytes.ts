/** Random bytes for whoever asks often and for few: asking the system costs the same for sixteen of them as for thousands. */
import { randomFillSync } from "node:crypto";

const POOL_BYTES = 8_192;
/** Who wants more than this asks the system alone. */
const LARGEST = 256;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** @returns `size` unguessable bytes, which nobody else gets */
export function randomBytes(size: number): Uint8Array {
  if (size > LARGEST) return randomFillSync(new Uint8Array(size));
  if (used + size > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const given = new Uint8Array(pool.subarray(used, used + size));
  // What was given away isn't kept here.
  pool.fill(0, used, used + size);
  used += size;
  return given;
}
