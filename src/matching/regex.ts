import { Automaton } from "./automaton.ts";
import { type CharacterClass, classOf, controlOf, withoutCase, word } from "./classes.ts";
import { character, choice, type Pattern, PatternError, sequence } from "./pattern.ts";

const NEWLINE = 0x0a;
const MAX_COUNT = 1000;
const MAX_DEPTH = 100;

/**
 * Reads a regular expression of RE2's kind (P3.20): literals, `.`, sets, `\d \w \s` and their opposites, groups,
 * `|`, `* + ?` and `{n,m}` (lazy ones too: only whether there is a match counts), `^ $ \b \B \A \z`, and the flags
 * `(?i) (?s) (?m)` at the beginning. Look-around, back references and Unicode classes aren't there.
 *
 * @throws PatternError
 */
export function readRegex(text: string): Automaton {
  return new Automaton(new RegexReader(text).whole());
}

class RegexReader {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;
  #flags = "";

  constructor(text: string) {
    this.#characters = [...text];
  }

  whole(): Pattern {
    const flags = /^\(\?([ims]+)\)/.exec(this.#characters.join(""));
    if (flags !== null) {
      this.#flags = flags[1] ?? "";
      this.#at = flags[0].length;
    }
    const pattern = this.#choice();
    if (this.#at < this.#characters.length) throw this.#error("unexpected )");
    return pattern;
  }

  #choice(): Pattern {
    const of = [this.#sequence()];
    while (this.#take("|")) of.push(this.#sequence());
    return choice(of);
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek()) {
      parts.push(this.#repeated(this.#one()));
    }
    return sequence(parts);
  }

  #repeated(what: Pattern): Pattern {
    const count = this.#count();
    if (count === undefined) return what;
    this.#take("?");
    const next = this.#peek();
    if (next === "*" || next === "+" || next === "?" || this.#countAhead()) {
      throw this.#error("a repetition of a repetition");
    }
    return { kind: "repeat", what, ...count };
  }

  #count(): { least: number; most: number | undefined } | undefined {
    if (this.#take("*")) return { least: 0, most: undefined };
    if (this.#take("+")) return { least: 1, most: undefined };
    if (this.#take("?")) return { least: 0, most: 1 };
    const found = this.#countAhead();
    if (found === undefined) return undefined;
    this.#at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === "" ? undefined : Number(found[3]);
    if (least > MAX_COUNT || (most !== undefined && (most > MAX_COUNT || most < least))) {
      throw this.#error(`a count that isn't allowed (at most ${MAX_COUNT})`);
    }
    return { least, most };
  }

  #countAhead(): RegExpExecArray | undefined {
    if (this.#peek() !== "{") return undefined;
    return /^\{(\d+)(,(\d*))?\}/.exec(this.#characters.slice(this.#at, this.#at + 20).join("")) ?? undefined;
  }

  #one(): Pattern {
    const next = this.#next();
    switch (next) {
      case "(":
        return this.#group();
      case "[":
        return this.#class(this.#set());
      case ".":
        return character((code) => code !== NEWLINE || this.#flags.includes("s"));
      case "^":
        return this.#flags.includes("m") ? lineStart : textStart;
      case "$":
        return this.#flags.includes("m") ? lineEnd : textEnd;
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw this.#error(`nothing for ${next} to repeat`);
      default:
        return this.#literal(next);
    }
  }

  #group(): Pattern {
    const named = /^\?(:|P?<[A-Za-z_]\w*>)/.exec(this.#characters.slice(this.#at, this.#at + 100).join(""));
    if (named !== null) this.#at += named[0].length;
    else if (this.#peek() === "?") throw this.#error("look-around and flags inside are not supported");
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#error("groups nested too deeply");
    const pattern = this.#choice();
    this.#depth -= 1;
    if (!this.#take(")")) throw this.#error("a group isn't closed");
    return pattern;
  }

  #escape(): Pattern {
    const letter = this.#next();
    const places: Readonly<Record<string, Pattern>> = {
      b: wordBorder,
      B: noWordBorder,
      A: textStart,
      z: textEnd,
    };
    const place = places[letter];
    if (place !== undefined) return place;
    const known = classOf(letter);
    return known === undefined ? this.#class(only(this.#escaped(letter))) : this.#class(known);
  }

  /** The code point that `\<letter>` stands for. */
  #escaped(letter: string): number {
    const control = controlOf(letter);
    if (control !== undefined) return control;
    if (letter === "x") {
      const found = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(
        this.#characters.slice(this.#at, this.#at + 8).join(""),
      );
      if (found === null) throw this.#error("\\x without a number");
      this.#at += found[0].length;
      return Number.parseInt(found[1] ?? found[2] ?? "", 16);
    }
    if (/[A-Za-z0-9]/.test(letter)) throw this.#error(`\\${letter} is not supported`);
    return letter.codePointAt(0) ?? 0;
  }

  #set(): CharacterClass {
    const negated = this.#take("^");
    const members: CharacterClass[] = [];
    for (let first = true; first || this.#peek() !== "]"; first = false) members.push(this.#member());
    this.#at += 1;
    const accepts = this.#flags.includes("i") ? withoutCase(any(members)) : any(members);
    return negated ? (code) => !accepts(code) : accepts;
  }

  #member(): CharacterClass {
    const low = this.#setCharacter();
    if (typeof low === "function") return low;
    const ranges = this.#peek() === "-" && this.#characters[this.#at + 1] !== "]";
    if (!ranges) return only(low);
    this.#at += 1;
    const high = this.#setCharacter();
    if (typeof high === "function" || high < low) throw this.#error("a range that isn't one");
    return (code) => code >= low && code <= high;
  }

  #setCharacter(): number | CharacterClass {
    const next = this.#next("a set isn't closed");
    if (next === "[" && this.#peek() === ":") throw this.#error("[:name:] classes are not supported");
    if (next !== "\\") return next.codePointAt(0) ?? 0;
    const letter = this.#next();
    return classOf(letter) ?? this.#escaped(letter);
  }

  #literal(text: string): Pattern {
    return this.#class(only(text.codePointAt(0) ?? 0));
  }

  #class(accepts: CharacterClass): Pattern {
    return character(this.#flags.includes("i") ? withoutCase(accepts) : accepts);
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(expected: string): boolean {
    if (this.#peek() !== expected) return false;
    this.#at += 1;
    return true;
  }

  #next(otherwise = "it ends too early"): string {
    const next = this.#peek();
    if (next === undefined) throw this.#error(otherwise);
    this.#at += 1;
    return next;
  }

  #error(what: string): PatternError {
    return new PatternError(`${what} (character ${this.#at + 1})`);
  }
}

const textStart: Pattern = { kind: "place", holds: (before) => before === undefined };
const textEnd: Pattern = { kind: "place", holds: (_before, after) => after === undefined };
const lineStart: Pattern = { kind: "place", holds: (before) => before === undefined || before === NEWLINE };
const lineEnd: Pattern = {
  kind: "place",
  holds: (_before, after) => after === undefined || after === NEWLINE,
};
const wordBorder: Pattern = { kind: "place", holds: (before, after) => isWord(before) !== isWord(after) };
const noWordBorder: Pattern = { kind: "place", holds: (before, after) => isWord(before) === isWord(after) };

function isWord(code: number | undefined): boolean {
  return code !== undefined && word(code);
}

function only(code: number): CharacterClass {
  return (candidate) => candidate === code;
}

function any(members: readonly CharacterClass[]): CharacterClass {
  return (code) => members.some((accepts) => accepts(code));
}
