/** Character classes of regular expressions, as RE2 has them: ASCII only. */
export type CharacterClass = (code: number) => boolean;

export const digit: CharacterClass = (code) => code >= 0x30 && code <= 0x39;
export const word: CharacterClass = (code) =>
  digit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
export const space: CharacterClass = (code) =>
  code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b);

const CLASSES: Readonly<Record<string, CharacterClass>> = {
  d: digit,
  D: (code) => !digit(code),
  w: word,
  W: (code) => !word(code),
  s: space,
  S: (code) => !space(code),
};

const CONTROLS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, r: 0x0d, f: 0x0c, v: 0x0b, a: 0x07 };

/** `\d` and its like, by the letter. */
export function classOf(letter: string): CharacterClass | undefined {
  return CLASSES[letter];
}

/** `\n` and its like, by the letter. */
export function controlOf(letter: string): number | undefined {
  return CONTROLS[letter];
}

/** The class that also takes the other case of each letter. */
export function withoutCase(accepts: CharacterClass): CharacterClass {
  return (code) => {
    if (accepts(code)) return true;
    const text = String.fromCodePoint(code);
    return [text.toLowerCase(), text.toUpperCase()].some((other) => accepts(other.codePointAt(0) ?? 0));
  };
}
