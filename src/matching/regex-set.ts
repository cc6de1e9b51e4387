/** Sets of characters, `[…]`: ranges, classes, sets in sets, and intersections by `&&`, as Java has them. */
import { type CharacterClass, not, remembering } from "./classes.ts";
import type { PatternText } from "./pattern-text.ts";
import { readEscape } from "./regex-escape.ts";

const MAX_DEPTH = 20;

type Fold = (accepts: CharacterClass) => CharacterClass;

/**
 * What a set takes; its `[` has been read.
 *
 * @param fold what becomes of a class before it is negated: without case, it takes the other case of letters
 * @throws PatternError
 */
export function readSet(text: PatternText, fold: Fold, depth = 0): CharacterClass {
  if (depth > MAX_DEPTH) throw text.error("sets nested too deeply");
  const negated = text.take("^");
  const parts = [readUnion(text, fold, depth)];
  while (text.takeForm(/^&&/) !== undefined) parts.push(readUnion(text, fold, depth));
  if (!text.take("]")) throw text.error("a set isn't closed");
  const accepts: CharacterClass = (code) => parts.every((part) => part(code));
  return remembering(negated ? not(accepts) : accepts);
}

/** Up to the set's end or the next `&&`. A `]` that comes first stands for itself. */
function readUnion(text: PatternText, fold: Fold, depth: number): CharacterClass {
  const single = new Set<number>();
  const others: CharacterClass[] = [];
  for (let first = true; first || !isEnd(text); first = false) {
    const member = readMember(text, fold, depth);
    if (typeof member === "function") others.push(member);
    else for (const code of member) single.add(code);
  }
  return fold((code) => single.has(code) || others.some((accepts) => accepts(code)));
}

function isEnd(text: PatternText): boolean {
  return text.peek() === "]" || (text.peek() === "&" && text.peek(1) === "&");
}

function readMember(text: PatternText, fold: Fold, depth: number): readonly number[] | CharacterClass {
  if (text.takeForm(/^\\Q/) !== undefined) {
    return text.takeQuoted().map((one) => one.codePointAt(0) ?? 0);
  }
  if (text.ahead(/^\[:/) !== undefined) throw text.error("[:name:] classes are not supported");
  if (text.take("[")) return readSet(text, fold, depth + 1);
  const low = readOne(text);
  if (typeof low === "function") return low;
  const isRange = text.peek() === "-" && text.peek(1) !== "]" && text.peek(1) !== "[";
  if (!isRange) return [low];
  text.take("-");
  const high = readOne(text);
  if (typeof high === "function" || high < low) throw text.error("a range that isn't one");
  return (code) => code >= low && code <= high;
}

function readOne(text: PatternText): number | CharacterClass {
  const next = text.next("a set isn't closed");
  return next === "\\" ? readEscape(text, text.next()) : (next.codePointAt(0) ?? 0);
}
