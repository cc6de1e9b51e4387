import { Automaton } from "./automaton.ts";
import { type CharacterClass, lineEnd, not, withoutCase, word } from "./classes.ts";
import { character, choice, exactly, type Pattern, sequence } from "./pattern.ts";
import { PatternText } from "./pattern-text.ts";
import { readEscape } from "./regex-escape.ts";
import { readSet } from "./regex-set.ts";

const NEWLINE = 0x0a;
const MAX_COUNT = 1000;
const MAX_DEPTH = 100;

/**
 * Reads a regular expression of Java's syntax, as far as it can be matched in linear time (P9.2), which takes RE2's in
 * (P3.20): literals, `.`, sets, classes and Unicode properties, groups, `|`, `* + ?` and `{n,m}` (lazy ones too: only
 * whether there is a match counts), `^ $ \b \B \A \z`, `\Q…\E`, and the flags i, s, m and u, for the rest of a group or
 * in one of their own. There are no look-around, no back references, and no possessive or atomic parts.
 *
 * @throws PatternError
 */
export function readRegex(text: string): Automaton {
  return new Automaton(new RegexReader(text).whole());
}

class RegexReader {
  readonly #text: PatternText;
  #depth = 0;
  #flags = "";

  constructor(text: string) {
    this.#text = new PatternText(text);
  }

  whole(): Pattern {
    const pattern = this.#choice();
    if (this.#text.peek() !== undefined) throw this.#text.error("unexpected )");
    return pattern;
  }

  #choice(): Pattern {
    const of = [this.#sequence()];
    while (this.#text.take("|")) of.push(this.#sequence());
    return choice(of);
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    for (
      let next = this.#text.peek();
      next !== undefined && next !== "|" && next !== ")";
      next = this.#text.peek()
    ) {
      if (this.#text.takeForm(/^\\Q/) !== undefined) parts.push(...this.#quoted());
      else if (!this.#takeFlags()) parts.push(this.#repeated(this.#one()));
    }
    return sequence(parts);
  }

  /** `\Q…\E`; a repetition behind it is of the last character. */
  #quoted(): Pattern[] {
    const literals = this.#text.takeQuoted().map((one) => this.#literal(one));
    const last = literals.pop();
    return last === undefined ? [] : [...literals, this.#repeated(last)];
  }

  /** `(?i)`, `(?-i)`, `(?s-i)`: until the group ends. */
  #takeFlags(): boolean {
    const found = this.#text.takeForm(/^\(\?([ismu]*)(?:-([ismu]+))?\)/);
    if (found === undefined) return false;
    this.#change(found);
    return true;
  }

  #change([, on = "", off = ""]: RegExpExecArray): void {
    this.#flags = [...new Set(this.#flags + on)].filter((flag) => !off.includes(flag)).join("");
  }

  #repeated(what: Pattern): Pattern {
    const count = this.#count();
    if (count === undefined) return what;
    this.#text.take("?");
    const next = this.#text.peek();
    if (next === "*" || next === "+" || next === "?" || this.#countAhead() !== undefined) {
      throw this.#text.error("a repetition of a repetition");
    }
    return { kind: "repeat", what, ...count };
  }

  #count(): { least: number; most: number | undefined } | undefined {
    if (this.#text.take("*")) return { least: 0, most: undefined };
    if (this.#text.take("+")) return { least: 1, most: undefined };
    if (this.#text.take("?")) return { least: 0, most: 1 };
    const found = this.#countAhead();
    if (found === undefined) return undefined;
    this.#text.takeForm(COUNT);
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === "" ? undefined : Number(found[3]);
    if (least > MAX_COUNT || (most !== undefined && (most > MAX_COUNT || most < least))) {
      throw this.#text.error(`a count that isn't allowed (at most ${MAX_COUNT})`);
    }
    return { least, most };
  }

  #countAhead(): RegExpExecArray | undefined {
    return this.#text.ahead(COUNT);
  }

  #one(): Pattern {
    const next = this.#text.next();
    switch (next) {
      case "(":
        return this.#group();
      case "[":
        return character(readSet(this.#text, (accepts) => this.#fold(accepts)));
      case ".":
        return character(this.#flags.includes("s") ? () => true : not(lineEnd));
      case "^":
        return this.#flags.includes("m") ? lineStartPlace : textStart;
      case "$":
        return this.#flags.includes("m") ? lineEndPlace : textEnd;
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw this.#text.error(`nothing for ${next} to repeat`);
      default:
        return this.#literal(next);
    }
  }

  #group(): Pattern {
    const before = this.#flags;
    const own = this.#text.takeForm(/^\?([ismu]*)(?:-([ismu]+))?:/);
    if (own !== undefined) this.#change(own);
    else if (this.#text.takeForm(/^\?P?<[A-Za-z_]\w*>/) === undefined && this.#text.peek() === "?") {
      throw this.#text.error("look-around, atomic groups and other flags are not supported");
    }
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#text.error("groups nested too deeply");
    const pattern = this.#choice();
    this.#depth -= 1;
    if (!this.#text.take(")")) throw this.#text.error("a group isn't closed");
    this.#flags = before;
    return pattern;
  }

  #escape(): Pattern {
    const letter = this.#text.next();
    const place = PLACES[letter];
    if (place !== undefined) return place;
    if (letter === "R") return lineBreak;
    const escaped = readEscape(this.#text, letter);
    return this.#class(typeof escaped === "function" ? escaped : only(escaped));
  }

  #literal(text: string): Pattern {
    return this.#class(only(text.codePointAt(0) ?? 0));
  }

  #class(accepts: CharacterClass): Pattern {
    return character(this.#fold(accepts));
  }

  #fold(accepts: CharacterClass): CharacterClass {
    return this.#flags.includes("i") ? withoutCase(accepts) : accepts;
  }
}

const COUNT = /^\{(\d+)(,(\d*))?\}/;

const textStart: Pattern = { kind: "place", holds: (before) => before === undefined };
const textEnd: Pattern = { kind: "place", holds: (_before, after) => after === undefined };
const lineStartPlace: Pattern = {
  kind: "place",
  holds: (before) => before === undefined || before === NEWLINE,
};
const lineEndPlace: Pattern = {
  kind: "place",
  holds: (_before, after) => after === undefined || after === NEWLINE,
};
const wordBorder: Pattern = { kind: "place", holds: (before, after) => isWord(before) !== isWord(after) };
const noWordBorder: Pattern = { kind: "place", holds: (before, after) => isWord(before) === isWord(after) };
const PLACES: Readonly<Record<string, Pattern>> = {
  b: wordBorder,
  B: noWordBorder,
  A: textStart,
  z: textEnd,
};
const lineBreak = choice([
  sequence([exactly(0x0d), exactly(NEWLINE)]),
  character((code) => lineEnd(code) || code === 0x0b || code === 0x0c),
]);

function isWord(code: number | undefined): boolean {
  return code !== undefined && word(code);
}

function only(code: number): CharacterClass {
  return (candidate) => candidate === code;
}
