/** Cuts lines that are too long (P10.2), never through a secret. */
import type { Masker } from "./mask.ts";

export const MAX_LINE_BYTES = 64 * 1024;
const MORE = "…";

export interface SplitLine {
  /** Masked, each at most 64 KiB. */
  readonly pieces: readonly string[];
  /** What is left of the text, not masked yet. */
  readonly rest: string;
}

/**
 * Takes pieces of 64 KiB from the front of a sanitised line while more than that, and `margin` characters, are left.
 * With a margin of the longest secret's length, a secret that goes on behind the text is never cut.
 */
export function splitLine(text: string, masker: Masker, margin: number): SplitLine {
  const pieces: string[] = [];
  let rest = text;
  while (exceeds(rest, margin)) {
    const cut = besideSecrets(rest, charactersWithin(rest, MAX_LINE_BYTES - Buffer.byteLength(MORE)), masker);
    pieces.push(masker.mask(rest.slice(0, cut)) + MORE);
    rest = rest.slice(cut);
  }
  return { pieces, rest };
}

function exceeds(text: string, margin: number): boolean {
  // A UTF-16 unit takes at most three bytes: most lines need no counting.
  return text.length * 3 > MAX_LINE_BYTES && Buffer.byteLength(text) > MAX_LINE_BYTES + margin * 3;
}

/** How many UTF-16 units fit into so many bytes of UTF-8, without cutting a character. */
function charactersWithin(text: string, bytes: number): number {
  const encoded = Buffer.from(text.slice(0, bytes));
  let end = Math.min(bytes, encoded.length);
  while (end > 0 && isContinuation(encoded[end])) {
    end--;
  }
  return encoded.toString("utf8", 0, end).length;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function besideSecrets(text: string, cut: number, masker: Masker): number {
  const across = masker.find(text).find((span) => span.start < cut && span.end > cut);
  if (across === undefined) {
    return cut;
  }
  return across.start > 0 ? across.start : across.end;
}
