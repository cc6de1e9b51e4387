/** Keys are ordered by their UTF-8 bytes, which is the order of their code points (not of JavaScript's strings). */

export function precedes(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

/**
 * What a key is rolled up into when listed with a delimiter: up to the first delimiter behind the prefix, included.
 * @returns undefined for a key that stands for itself
 */
export function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The first place behind all keys that start with `prefix` (not empty). */
export function behindPrefix(prefix: string): { from: string; exclusive: boolean } {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    // Surrogates are no code points of their own; behind the last code point comes the next of the one before it.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    if (next <= 0x10ffff) return { from: String.fromCodePoint(...points, next), exclusive: false };
  }
  return { from: prefix + "\u{10ffff}".repeat(256), exclusive: true };
}
