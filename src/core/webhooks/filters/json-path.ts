/**
 * The JSONPath of webhook filters (S2.2): what Jayway's library and RFC 9535 mean alike, and Jayway's lenient
 * spellings. Names, positions and wildcards only; nothing in it can be evaluated (attack A7).
 */

export type Step =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "positions"; readonly positions: readonly number[] }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number }
  | { readonly kind: "all" };

export interface Segment {
  readonly step: Step;
  /** `..`: the step is taken from every value below, too. */
  readonly deep: boolean;
}

export interface JsonPath {
  readonly segments: readonly Segment[];
  /** It can select one value at most, wherever it is looked for (S2.8). */
  readonly definite: boolean;
}

const MAX_SEGMENTS = 30;

/** A name after a dot ends where these begin, or is none. */
const DOTTED_NAME = /[^\s.()[\]{},'"*?@$\p{Cc}]+/uy;
const LIST_OF_POSITIONS = /^-?\d{1,15}(?: *, *-?\d{1,15})*$/;
const SLICE = /^(-?\d{1,15})? *: *(-?\d{1,15})?$/;
const QUOTED =
  /'(?:[^'\\\p{Cc}]|\\['"\\]|\\u[\dA-Fa-f]{4})*'|"(?:[^"\\\p{Cc}]|\\['"\\]|\\u[\dA-Fa-f]{4})*"/uy;

/** @returns undefined for what is no such path */
export function parseJsonPath(given: string): JsonPath | undefined {
  const text = given.startsWith("$") ? given : implicitRoot(given);
  const segments: Segment[] = [];
  for (let at = 1; at < text.length; ) {
    const found = segmentAt(text, at);
    if (found === undefined || segments.length === MAX_SEGMENTS) return undefined;
    segments.push(found.segment);
    at = found.end;
  }
  return text === "" ? undefined : { segments, definite: segments.every(isDefinite) };
}

/** `a.b` is `$.a.b`, as Jayway reads it; with anything but a name or `*` in front there is no telling. */
function implicitRoot(text: string): string {
  return /^[.[@]/.test(text) || text === "" ? "" : `$.${text}`;
}

function isDefinite({ step, deep }: Segment): boolean {
  if (deep) return false;
  return (
    (step.kind === "names" && step.names.length === 1) ||
    (step.kind === "positions" && step.positions.length === 1)
  );
}

interface Found<T> {
  readonly end: number;
  readonly step: T;
}

function segmentAt(text: string, at: number): { segment: Segment; end: number } | undefined {
  const deep = text.startsWith("..", at);
  const start = deep ? at + 2 : at;
  const found = stepAt(text, start, deep);
  return found && { segment: { step: found.step, deep }, end: found.end };
}

function stepAt(text: string, at: number, deep: boolean): Found<Step> | undefined {
  if (text[at] === "[") return bracketAt(text, at);
  if (deep) return dottedAt(text, at);
  return text[at] === "." ? dottedAt(text, at + 1) : undefined;
}

function dottedAt(text: string, at: number): Found<Step> | undefined {
  if (text[at] === "*") return { step: { kind: "all" }, end: at + 1 };
  DOTTED_NAME.lastIndex = at;
  const name = DOTTED_NAME.exec(text)?.[0];
  return name === undefined
    ? undefined
    : { step: { kind: "names", names: [name] }, end: DOTTED_NAME.lastIndex };
}

function bracketAt(text: string, open: number): Found<Step> | undefined {
  const quoted = quotedNames(text, open + 1);
  if (quoted !== undefined) return quoted;
  const close = text.indexOf("]", open);
  if (close < 0) return undefined;
  const step = plainStep(text.slice(open + 1, close).trim());
  return step && { step, end: close + 1 };
}

function plainStep(inside: string): Step | undefined {
  if (inside === "*") return { kind: "all" };
  if (LIST_OF_POSITIONS.test(inside)) return { kind: "positions", positions: inside.split(",").map(Number) };
  const [, from, to] = SLICE.exec(inside) ?? [];
  if (from === undefined && to === undefined) return undefined;
  return {
    kind: "slice",
    ...(from !== undefined && { from: Number(from) }),
    ...(to !== undefined && { to: Number(to) }),
  };
}

/** `'a','b']` from `start` on, spaces allowed between. */
function quotedNames(text: string, start: number): Found<Step> | undefined {
  const names: string[] = [];
  for (let at = start; ; at++) {
    at = afterSpaces(text, at);
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(text)?.[0];
    const name = quoted === undefined ? undefined : unescaped(quoted.slice(1, -1));
    if (quoted === undefined || name === undefined) return undefined;
    names.push(name);
    at = afterSpaces(text, at + quoted.length);
    if (text[at] === "]") return { step: { kind: "names", names }, end: at + 1 };
    if (text[at] !== ",") return undefined;
  }
}

function afterSpaces(text: string, at: number): number {
  let next = at;
  while (text[next] === " ") next++;
  return next;
}

function unescaped(text: string): string | undefined {
  const name = text.replace(/\\(?:u([\dA-Fa-f]{4})|(.))/gu, (_, hex?: string, character?: string) =>
    hex === undefined ? (character ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return name.isWellFormed() ? name : undefined;
}
