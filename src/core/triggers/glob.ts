/** The globs of triggers (S4.22): Java's, but that two stars and a slash may stand for no directory at all. */
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

const SLASH = 0x2f;
/** Stands for what is no UTF-8 in a path: only `**` takes it (S4.21). */
export const UNREADABLE = "\0";

const anything = character(() => true);
const inSegment = character((code) => code !== SLASH && code !== 0);
const directories = anyNumberOf(sequence([inSegment, anyNumberOf(inSegment), exactly(SLASH)]));

/** @throws PatternError for what is malformed (S4.4) */
export function readGlob(text: string): Automaton {
  if (/\p{Cc}/u.test(text)) throw new PatternError("it has a control character");
  return new Automaton(new GlobReader(text).read());
}

class GlobReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = [...text];
  }

  read(): Pattern {
    return sequence(this.#parts(true, false));
  }

  /**
   * @param opens whether a segment begins here
   * @param inGroup whether `,` and `}` end it
   */
  #parts(opens: boolean, inGroup: boolean): Pattern[] {
    const parts: Pattern[] = [];
    let atSegment = opens;
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (inGroup && (next === "," || next === "}")) return parts;
      parts.push(this.#one(next, atSegment, inGroup));
      atSegment = this.#characters[this.#at - 1] === "/";
    }
    return parts;
  }

  #one(next: string, atSegment: boolean, inGroup: boolean): Pattern {
    this.#at += 1;
    switch (next) {
      case "*":
        return this.#stars(atSegment);
      case "?":
        return inSegment;
      case "[":
        return this.#set();
      case "{":
        if (inGroup) throw new PatternError("it has a { inside of { }");
        return this.#group(atSegment);
      case "\\":
        return exactly(codeOf(this.#take("it ends with \\")));
      default:
        return exactly(codeOf(next));
    }
  }

  #stars(atSegment: boolean): Pattern {
    if (this.#peek() !== "*") return anyNumberOf(inSegment);
    while (this.#peek() === "*") this.#at += 1;
    if (!atSegment || this.#peek() !== "/") return anyNumberOf(anything);
    this.#at += 1;
    return directories;
  }

  #group(atSegment: boolean): Pattern {
    const alternatives: Pattern[] = [];
    for (;;) {
      alternatives.push(sequence(this.#parts(atSegment, true)));
      if (this.#take("a { is not closed") === "}") return choice(alternatives);
    }
  }

  /** `[abc]`, `[a-z]`, `[!a-z]`; what means something elsewhere stands for itself. */
  #set(): Pattern {
    const negated = this.#peek() === "!";
    if (negated) this.#at += 1;
    const ranges: (readonly [low: number, high: number])[] = [];
    for (;;) {
      const low = this.#member();
      if (low === "]") break;
      const isRange = this.#peek() === "-" && this.#characters[this.#at + 1] !== "]";
      if (!isRange) {
        ranges.push([codeOf(low), codeOf(low)]);
        continue;
      }
      this.#at += 1;
      const high = this.#member();
      if (codeOf(high) < codeOf(low)) throw new PatternError(`[${low}-${high}] has nothing in it`);
      ranges.push([codeOf(low), codeOf(high)]);
    }
    if (ranges.length === 0) throw new PatternError("a [ ] has nothing in it");
    const isIn = (code: number) => ranges.some(([low, high]) => low <= code && code <= high);
    return character((code) => code !== SLASH && code !== 0 && isIn(code) !== negated);
  }

  #member(): string {
    const member = this.#take("a [ is not closed");
    if (member === "/") throw new PatternError("a / stands inside of [ ]");
    return member;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  /** @throws PatternError when there is nothing more */
  #take(problem: string): string {
    const taken = this.#peek();
    if (taken === undefined) throw new PatternError(problem);
    this.#at += 1;
    return taken;
  }
}

function codeOf(one: string): number {
  return one.codePointAt(0) ?? 0;
}
