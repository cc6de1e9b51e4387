import { BoundedMap } from "./bounded-map.ts";

/**
 * Keeps states by the ids of their rows, as the rows' texts hold them: most commands load what the one before has just
 * written. States are never changed in place, so that many commands may share one.
 */
export class ParsedStates<S extends object> {
  readonly #textOf: (state: S) => string;
  readonly #kept = new BoundedMap<{ readonly text: string; readonly state: S }>();

  /** @param textOf a state's JSON */
  constructor(textOf: (state: S) => string) {
    this.#textOf = textOf;
  }

  /** @param text of the row; a state that was kept of another text isn't this one: it was rolled back, or is another server's */
  parse(id: string, text: string): S {
    const known = this.#kept.get(id);
    if (known?.text === text) return known.state;
    const state = JSON.parse(text) as S;
    this.#kept.set(id, { text, state }, text.length);
    return state;
  }

  /** @returns the text of a state, which is kept for whoever loads it next */
  stringify(id: string, state: S): string {
    const text = this.#textOf(state);
    this.#kept.set(id, { text, state }, text.length);
    return text;
  }
}
