/** Character classes of regular expressions, as Java has them: ASCII only, unless a Unicode property is named. */
export type CharacterClass = (code: number) => boolean;

const within = (low: number, high: number) => (code: number) => code >= low && code <= high;

export const digit: CharacterClass = within(0x30, 0x39);
const lower = within(0x61, 0x7a);
const upper = within(0x41, 0x5a);
const letter: CharacterClass = (code) => lower(code) || upper(code);
export const word: CharacterClass = (code) => digit(code) || letter(code) || code === 0x5f;
const space: CharacterClass = (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d);
const blank: CharacterClass = (code) =>
  [0x20, 0x09, 0xa0, 0x1680, 0x180e, 0x202f, 0x205f, 0x3000].includes(code) || within(0x2000, 0x200a)(code);
/** What ends a line. */
export const lineEnd: CharacterClass = (code) => [0x0a, 0x0d, 0x85, 0x2028, 0x2029].includes(code);
const vertical: CharacterClass = (code) => lineEnd(code) || code === 0x0b || code === 0x0c;
const graph = within(0x21, 0x7e);

const CLASSES: Readonly<Record<string, CharacterClass>> = {
  d: digit,
  w: word,
  s: space,
  h: blank,
  v: vertical,
};

/** POSIX's, by the names that Java gives them. */
const NAMED: Readonly<Record<string, CharacterClass>> = {
  Lower: lower,
  Upper: upper,
  ASCII: within(0, 0x7f),
  Alpha: letter,
  Digit: digit,
  Alnum: (code) => letter(code) || digit(code),
  Punct: (code) => graph(code) && !letter(code) && !digit(code),
  Graph: graph,
  Print: within(0x20, 0x7e),
  Blank: (code) => code === 0x20 || code === 0x09,
  Cntrl: (code) => code < 0x20 || code === 0x7f,
  XDigit: (code) => digit(code) || within(0x61, 0x66)(code) || within(0x41, 0x46)(code),
  Space: space,
};

const CONTROLS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, r: 0x0d, f: 0x0c, a: 0x07, e: 0x1b };

/** `\d` and its like, by the letter; a capital letter is the opposite. */
export function classOf(name: string): CharacterClass | undefined {
  const positive = CLASSES[name];
  if (positive !== undefined) return positive;
  const negated = CLASSES[name.toLowerCase()];
  return negated && not(negated);
}

/** `\n` and its like, by the letter. */
export function controlOf(name: string): number | undefined {
  return CONTROLS[name];
}

/** `\p{name}`: a class of POSIX, a Unicode category, or `Is` with a script or a binary property. */
export function propertyOf(name: string): CharacterClass | undefined {
  const posix = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (posix !== undefined) return posix;
  const [, unicode = ""] = /^(?:Is)?([A-Za-z_]{1,40})$/.exec(name) ?? [];
  const property = unicodeProperty(unicode) ?? unicodeProperty(`Script=${unicode}`);
  return property && ((code) => property.test(String.fromCodePoint(code)));
}

function unicodeProperty(name: string): RegExp | undefined {
  try {
    return new RegExp(`^\\p{${name}}$`, "u");
  } catch {
    return undefined;
  }
}

export function not(accepts: CharacterClass): CharacterClass {
  return (code) => !accepts(code);
}

/** The class that also takes the other case of each letter. */
export function withoutCase(accepts: CharacterClass): CharacterClass {
  return (code) => {
    if (accepts(code)) return true;
    const text = String.fromCodePoint(code);
    return [text.toLowerCase(), text.toUpperCase()].some((other) => accepts(other.codePointAt(0) ?? 0));
  };
}

/** Asks once for each character: a set of many members costs no more for each occurrence than one of few. */
export function remembering(accepts: CharacterClass): CharacterClass {
  const known = new Map<number, boolean>();
  return (code) => {
    const before = known.get(code);
    if (before !== undefined) return before;
    const found = accepts(code);
    known.set(code, found);
    return found;
  };
}
