import {
  Automaton,
  anyNumberOf,
  character,
  choice,
  exactly,
  type Pattern,
  PatternError,
  sequence,
} from "../../matching/index.ts";

const MAX_CHARACTERS = 4096;

const SLASH = 0x2f;
const notSlash = character((code) => code !== SLASH);
const slash = exactly(SLASH);
const segment = sequence([notSlash, anyNumberOf(notSlash)]);
const foldersBefore = anyNumberOf(sequence([segment, slash]));

/**
 * A glob of P3.27, matched against paths with `/` between segments. Case-sensitive; dotfiles are files like others.
 * A bracket or brace that isn't closed stands for itself.
 *
 * @throws PatternError when it is longer than a path can be
 */
export function readGlob(text: string): Automaton {
  if (text.length > MAX_CHARACTERS)
    throw new PatternError(`a pattern has more than ${MAX_CHARACTERS} characters`);
  return new Automaton(new GlobReader(text.replace(/^(\.\/)+/, "")).whole());
}

class GlobReader {
  readonly #characters: readonly string[];
  #at = 0;
  /** Positions of braces that are known to stay open: looked at once, or many of them would take forever. */
  readonly #open = new Set<number>();

  constructor(text: string) {
    this.#characters = [...text];
  }

  whole(): Pattern {
    return this.#sequence(() => false);
  }

  #sequence(ends: (next: string) => boolean): Pattern {
    const parts: Pattern[] = [];
    for (let next = this.#peek(); next !== undefined && !ends(next); next = this.#peek()) {
      parts.push(this.#one(next));
    }
    return sequence(parts);
  }

  #one(next: string): Pattern {
    switch (next) {
      case "*":
        return this.#stars();
      case "?":
        this.#at += 1;
        return notSlash;
      case "[":
        return this.#set() ?? this.#plain();
      case "{":
        return this.#alternatives() ?? this.#plain();
      case "\\":
        if (this.#at + 1 < this.#characters.length) this.#at += 1;
        return this.#plain();
      default:
        return this.#plain();
    }
  }

  #plain(): Pattern {
    const one = this.#characters[this.#at] ?? "";
    this.#at += 1;
    return exactly(one.codePointAt(0) ?? 0);
  }

  /** `**` as a whole segment is any number of folders; at the end, all files below. Else stars are one star. */
  #stars(): Pattern {
    const start = this.#at;
    while (this.#peek() === "*") this.#at += 1;
    const before = this.#characters[start - 1];
    const opens = before === undefined || before === "/" || before === "{" || before === ",";
    if (this.#at - start < 2 || !opens) return anyNumberOf(notSlash);
    const after = this.#peek();
    if (after === "/") {
      this.#at += 1;
      return foldersBefore;
    }
    const closes = after === undefined || after === "}" || after === ",";
    return closes ? sequence([foldersBefore, segment]) : anyNumberOf(notSlash);
  }

  #set(): Pattern | undefined {
    const start = this.#at;
    const close = this.#characters.indexOf("]", start + (this.#characters[start + 1] === "!" ? 3 : 2));
    if (close < 0) return undefined;
    const inside = this.#characters.slice(start + 1, close);
    this.#at = close + 1;
    const negated = inside[0] === "!";
    const ranges = readRanges(negated ? inside.slice(1) : inside);
    return character(
      (code) => code !== SLASH && ranges.some(([low, high]) => code >= low && code <= high) !== negated,
    );
  }

  #alternatives(): Pattern | undefined {
    const start = this.#at;
    if (this.#open.has(start)) return undefined;
    const of: Pattern[] = [];
    this.#at += 1;
    for (;;) {
      of.push(this.#sequence((next) => next === "," || next === "}"));
      const end = this.#peek();
      this.#at += 1;
      if (end === "}") return choice(of);
      if (end === undefined) {
        this.#at = start;
        this.#open.add(start);
        return undefined;
      }
    }
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }
}

function readRanges(inside: readonly string[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (let at = 0; at < inside.length; at += 1) {
    const low = inside[at]?.codePointAt(0) ?? 0;
    const high = inside[at + 1] === "-" ? inside[at + 2]?.codePointAt(0) : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) at += 2;
  }
  return ranges;
}
