/** Objects of a JSON text that give one name twice: two readers can read such a text in two ways. */

/** @param value what the text was parsed to */
export function namesRepeat(text: string, value: unknown): boolean {
  return countMembers(text) !== membersOf(value);
}

/** Colons outside of strings, in a text that is known to be JSON. A name that is there twice leaves one member but two. */
export function countMembers(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) count++;
    else if (code === QUOTE) at = endOfString(text, at);
  }
  return count;
}

function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, one) => sum + membersOf(one), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

/** @param start of the opening quote @returns the position of the closing one */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
  }
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
