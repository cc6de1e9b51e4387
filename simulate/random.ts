/** Randomness that a seed decides: ids, nonces, keys, and where a fault strikes. */
export class Random {
  #state: number;
  readonly #first: string;

  /** @param stream what begins every id, so that two streams have none in common */
  constructor(seed: number, stream = 0) {
    this.#state = seed >>> 0;
    this.#first = (stream >>> 0).toString(16).padStart(8, "0");
  }

  /** A whole number of 32 bits (mulberry32). */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return this.word() % limit;
  }

  bytes(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let index = 0; index < size; index++) bytes[index] = this.word() & 0xff;
    return bytes;
  }

  /** In the form of a UUID v4. */
  id(): string {
    const hex = [this.word(), this.word(), this.word()]
      .map((word) => word.toString(16).padStart(8, "0"))
      .join("");
    return `${this.#first}-${hex.slice(0, 4)}-4${hex.slice(4, 7)}-a${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
  }
}
