/** Texts with `*` (any characters) and `?` (one character), as policies have them. */

/** UTF-16 code units, and the two marks that are none. */
export type Wildcard = readonly number[];

export const ONE = -1;
export const MANY = -2;

/** @param wildcards whether `*` and `?` mean more than themselves */
export function wildcardOf(text: string, wildcards: boolean): number[] {
  return Array.from({ length: text.length }, (_, at) => {
    if (wildcards && text[at] === "*") return MANY;
    if (wildcards && text[at] === "?") return ONE;
    return text.charCodeAt(at);
  });
}

/**
 * Whether the pattern matches the whole text. Only the last `*` is ever gone back to, so the time is at most the text's
 * length times that of the longest run between two of them, whatever the pattern.
 */
export function matches(pattern: Wildcard, text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pattern[next];
    if (wanted === MANY) {
      star = next;
      next += 1;
      resume = at;
    } else if (wanted === ONE || wanted === text.charCodeAt(at)) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      next = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[next] === MANY) next += 1;
  return next === pattern.length;
}
