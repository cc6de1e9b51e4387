/** In characters of all texts together: some thousand executions of common size, a few dozen of the largest. */
const MOST_CHARACTERS = 16_000_000;

interface Entry<V> {
  readonly value: V;
  readonly characters: number;
}

/** What was parsed of texts, as much of it as texts of a bounded length hold together: what was set last stays. */
export class BoundedMap<V> {
  readonly #most: number;
  readonly #entries = new Map<string, Entry<V>>();
  #characters = 0;

  /** @param most characters of all texts together */
  constructor(most = MOST_CHARACTERS) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** @param characters of the text that the value was made of, or became */
  set(key: string, value: V, characters: number): void {
    this.#delete(key);
    this.#entries.set(key, { value, characters });
    this.#characters += characters;
    for (const oldest of this.#entries.keys()) {
      if (this.#characters <= this.#most) break;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const known = this.#entries.get(key);
    if (known === undefined) return;
    this.#entries.delete(key);
    this.#characters -= known.characters;
  }
}
