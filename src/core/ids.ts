/**
 * Ids in the order in which they are made, so that a new row's place in an index of ids is beside the one before: a
 * commit of many rows then changes few pages, however many rows there were already. They have the form of a UUID v4: 48
 * bits of time, 12 that count within a millisecond, and 62 that nobody can guess.
 */
import type { Ambient } from "./scope.ts";

const MOST_IN_A_MILLISECOND = 0x1000;
const VARIANTS = "89ab";
/** Random digits are drawn for some ids at once: drawing them costs more than the rest of an id. */
const DRAWN_BYTES = 256;
const DIGITS = 16;

/** @returns makes an id that is greater than all that it made before, also when the clock goes back */
export function createIds({ now, randomBytes }: Pick<Ambient, "now" | "randomBytes">): () => string {
  let time = 0;
  let count = 0;
  let first = "";
  let drawn = "";

  return function newId(): string {
    const present = now();
    count += 1;
    if (present > time || count === MOST_IN_A_MILLISECOND) {
      time = Math.max(present, time + 1);
      count = 0;
      const hex = time.toString(16).padStart(12, "0");
      first = `${hex.slice(0, 8)}-${hex.slice(8)}-4`;
    }
    if (drawn === "") drawn = Buffer.from(randomBytes(DRAWN_BYTES)).toString("hex");
    const random = drawn.slice(0, DIGITS);
    drawn = drawn.slice(DIGITS);
    const variant = VARIANTS[Number.parseInt(random.slice(0, 1), 16) % VARIANTS.length];
    const counted = count.toString(16).padStart(3, "0");
    return `${first}${counted}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
  };
}
