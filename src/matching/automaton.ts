import { type Pattern, PatternError } from "./pattern.ts";

type State =
  | { readonly kind: "character"; accepts(code: number): boolean; readonly next: number }
  | {
      readonly kind: "place";
      holds(before: number | undefined, after: number | undefined): boolean;
      readonly next: number;
    }
  | { readonly kind: "fork"; readonly next: readonly number[] }
  | { readonly kind: "end" };

/** Bounds the work for each character of text. */
const MAX_STATES = 5_000;

/**
 * A nondeterministic automaton that is run by following all its states at once: its time is the text's length times
 * its own size, whatever the pattern. No pattern can make it take longer, as backtracking matchers can be made to.
 */
export class Automaton {
  readonly #states: State[] = [];
  readonly #first: number;
  readonly #end: number;
  /** By state, the last closure that it was in: quicker than a set for each character. */
  readonly #seen: Float64Array;
  #closures = 0;
  #work = 0;

  /** @throws PatternError when the pattern is too large */
  constructor(pattern: Pattern) {
    this.#end = this.#add({ kind: "end" });
    this.#first = this.#build(pattern, this.#end);
    this.#seen = new Float64Array(this.#states.length);
  }

  /** Where matching a whole text begins. */
  start(): readonly number[] {
    return this.#closure([this.#first], undefined, undefined);
  }

  /** Where it stands after more text; empty when nothing that begins so can match. Patterns without places only. */
  advance(from: readonly number[], text: string): readonly number[] {
    let states = from;
    for (const one of text) {
      if (states.length === 0) return states;
      states = this.#closure(this.#step(states, codeOf(one)), undefined, undefined);
    }
    return states;
  }

  isMatch(states: readonly number[]): boolean {
    return states.includes(this.#end);
  }

  /** Whether the pattern matches the whole text. */
  matches(text: string): boolean {
    const codes = Array.from(text, codeOf);
    let reached: readonly number[] = [this.#first];
    for (const [position, code] of codes.entries()) {
      reached = this.#step(this.#closure(reached, codes[position - 1], code), code);
      if (reached.length === 0) return false;
    }
    return this.isMatch(this.#closure(reached, codes.at(-1), undefined));
  }

  /** Whether the pattern matches anywhere in the text. */
  occursIn(text: string): boolean {
    const codes = Array.from(text, codeOf);
    let reached: number[] = [];
    for (let position = 0; position <= codes.length; position += 1) {
      const states = this.#closure([...reached, this.#first], codes[position - 1], codes[position]);
      if (this.#seen[this.#end] === this.#closures) return true;
      const code = codes[position];
      reached = code === undefined ? [] : this.#step(states, code);
    }
    return false;
  }

  /** Its time for a text is at most in proportion to this, times the text's length. */
  get size(): number {
    return this.#states.length;
  }

  /** The states that all of its matching has gone through until now. */
  get work(): number {
    return this.#work;
  }

  #step(states: readonly number[], code: number): number[] {
    const reached: number[] = [];
    for (const index of states) {
      const state = this.#states[index];
      if (state?.kind === "character" && state.accepts(code)) reached.push(state.next);
    }
    return reached;
  }

  /** The states reached from these without reading a character. */
  #closure(from: readonly number[], before: number | undefined, after: number | undefined): number[] {
    const found: number[] = [];
    const open = [...from];
    this.#closures += 1;
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#seen[index] === this.#closures) continue;
      this.#seen[index] = this.#closures;
      found.push(index);
      const state = this.#states[index];
      if (state?.kind === "fork") for (const next of state.next) open.push(next);
      if (state?.kind === "place" && state.holds(before, after)) open.push(state.next);
    }
    this.#work += found.length;
    return found;
  }

  /** Adds the states of `pattern`, which go on to `next`; answers the first of them. */
  #build(pattern: Pattern, next: number): number {
    switch (pattern.kind) {
      case "character":
      case "place":
        return this.#add({ ...pattern, next });
      case "sequence":
        return pattern.parts.reduceRight((after, part) => this.#build(part, after), next);
      case "choice":
        return this.#add({ kind: "fork", next: pattern.of.map((one) => this.#build(one, next)) });
      case "repeat":
        return this.#buildRepeat(pattern, next);
    }
  }

  #buildRepeat({ what, least, most }: Extract<Pattern, { kind: "repeat" }>, next: number): number {
    let first = next;
    if (most === undefined) {
      const loop: number[] = [next];
      first = this.#add({ kind: "fork", next: loop });
      loop.push(this.#build(what, first));
    } else {
      for (let optional = least; optional < most; optional += 1) {
        first = this.#add({ kind: "fork", next: [next, this.#build(what, first)] });
      }
    }
    for (let required = 0; required < least; required += 1) first = this.#build(what, first);
    return first;
  }

  #add(state: State): number {
    if (this.#states.length >= MAX_STATES) throw new PatternError("the pattern is too large");
    return this.#states.push(state) - 1;
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
