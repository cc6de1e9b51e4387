/** What globs and regular expressions are both read into, and what the automaton is built from. */
export type Pattern =
  /** One code point. */
  | { readonly kind: "character"; accepts(code: number): boolean }
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  | { readonly kind: "choice"; readonly of: readonly Pattern[] }
  /** `most` undefined: without end. */
  | {
      readonly kind: "repeat";
      readonly what: Pattern;
      readonly least: number;
      readonly most: number | undefined;
    }
  /** A place rather than a character; `before` and `after` are undefined at the text's ends. */
  | { readonly kind: "place"; holds(before: number | undefined, after: number | undefined): boolean };

export function character(accepts: (code: number) => boolean): Pattern {
  return { kind: "character", accepts };
}

export function sequence(parts: readonly Pattern[]): Pattern {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "sequence", parts };
}

export function choice(of: readonly Pattern[]): Pattern {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "choice", of };
}

export function anyNumberOf(what: Pattern): Pattern {
  return { kind: "repeat", what, least: 0, most: undefined };
}

export function exactly(code: number): Pattern {
  return character((candidate) => candidate === code);
}

/** A pattern that can't be read; the message says what and where. */
export class PatternError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PatternError";
  }
}
