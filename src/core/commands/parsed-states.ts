/** States as their rows' texts hold them. Most commands load what the one before has just written. */

/** In characters of all texts together: some thousand executions of common size, a few dozen of the largest. */
const MAX_KEPT = 16_000_000;

interface Kept<S> {
  readonly text: string;
  readonly state: S;
}

/** Keeps states by the ids of their rows. They are never changed in place, so that many commands may share one. */
export class ParsedStates<S extends object> {
  readonly #textOf: (state: S) => string;
  readonly #kept = new Map<string, Kept<S>>();
  #characters = 0;

  /** @param textOf a state's JSON */
  constructor(textOf: (state: S) => string) {
    this.#textOf = textOf;
  }

  /** @param text of the row; a state that was kept of another text isn't this one: it was rolled back, or is another server's */
  parse(id: string, text: string): S {
    const known = this.#kept.get(id);
    if (known?.text === text) return known.state;
    const state = JSON.parse(text) as S;
    this.#keep(id, { text, state });
    return state;
  }

  /** @returns the text of a state, which is kept for whoever loads it next */
  stringify(id: string, state: S): string {
    const text = this.#textOf(state);
    this.#keep(id, { text, state });
    return text;
  }

  #keep(id: string, kept: Kept<S>): void {
    this.#forget(id);
    this.#kept.set(id, kept);
    this.#characters += kept.text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= MAX_KEPT) break;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    const known = this.#kept.get(id);
    if (known === undefined) return;
    this.#kept.delete(id);
    this.#characters -= known.text.length;
  }
}
