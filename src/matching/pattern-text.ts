import { PatternError } from "./pattern.ts";

/** A pattern's text, read code point by code point. */
export class PatternText {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = [...text];
  }

  peek(offset = 0): string | undefined {
    return this.#characters[this.#at + offset];
  }

  /** Goes past a character, if it comes next. */
  take(expected: string): boolean {
    if (this.peek() !== expected) return false;
    this.#at += 1;
    return true;
  }

  next(otherwise = "it ends too early"): string {
    const next = this.peek();
    if (next === undefined) throw this.error(otherwise);
    this.#at += 1;
    return next;
  }

  /** What comes next, if it is of a form that begins with `^` and is at most 100 characters long. */
  ahead(form: RegExp): RegExpExecArray | undefined {
    return form.exec(this.#characters.slice(this.#at, this.#at + 100).join("")) ?? undefined;
  }

  /** As `ahead`, and goes past it. */
  takeForm(form: RegExp): RegExpExecArray | undefined {
    const found = this.ahead(form);
    if (found !== undefined) this.#at += [...found[0]].length;
    return found;
  }

  /** The characters of `\\Q…\\E` behind its `\\Q`; without an end, all that are left. */
  takeQuoted(): readonly string[] {
    const start = this.#at;
    while (this.peek() !== undefined && !(this.peek() === "\\" && this.peek(1) === "E")) this.#at += 1;
    const taken = this.#characters.slice(start, this.#at);
    this.#at += 2;
    return taken;
  }

  error(what: string): PatternError {
    return new PatternError(`${what} (character ${this.#at + 1})`);
  }
}
