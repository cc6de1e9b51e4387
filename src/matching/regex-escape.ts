/** What stands behind a backslash, in sets and outside of them. */
import { type CharacterClass, classOf, controlOf, not, propertyOf } from "./classes.ts";
import type { PatternText } from "./pattern-text.ts";

/** A code point, or a class: the backslash and its letter have been read. @throws PatternError */
export function readEscape(text: PatternText, letter: string): number | CharacterClass {
  if (letter === "p" || letter === "P") return readProperty(text, letter);
  const known = classOf(letter) ?? controlOf(letter);
  if (known !== undefined) return known;
  switch (letter) {
    case "x":
      return readNumber(text, /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/, 16, "\\x without a number");
    case "u":
      return readNumber(text, /^([0-9A-Fa-f]{4})/, 16, "\\u without four digits");
    case "0":
      return readNumber(text, /^([0-3][0-7]{2}|[0-7]{1,2})/, 8, "\\0 without an octal number");
    case "c":
      return (text.next("\\c without a character").codePointAt(0) ?? 0) ^ 0x40;
  }
  if (/[A-Za-z0-9]/.test(letter)) throw text.error(`\\${letter} is not supported`);
  return letter.codePointAt(0) ?? 0;
}

function readProperty(text: PatternText, letter: "p" | "P"): CharacterClass {
  const [, long, short] = text.takeForm(/^(?:\{([^}]*)\}|([A-Za-z]))/) ?? [];
  const name = long ?? short ?? "";
  const accepts = propertyOf(name);
  if (accepts === undefined) throw text.error(`\\${letter}{${name}} is not a known property`);
  return letter === "p" ? accepts : not(accepts);
}

function readNumber(text: PatternText, form: RegExp, base: number, otherwise: string): number {
  const [, plain, braced] = text.takeForm(form) ?? [];
  const code = Number.parseInt(plain ?? braced ?? "", base);
  if (Number.isNaN(code) || code > 0x10ffff) throw text.error(otherwise);
  return code;
}
