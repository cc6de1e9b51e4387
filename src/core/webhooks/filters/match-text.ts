/** `matchEquals` of a filter: text with `{Key}` for values of the target action's configuration (S2.10, S2.11). */

export type Part = { readonly text: string } | { readonly key: string };

const PART = /\{([A-Za-z0-9_-]{1,50})\}|[^{}]+/gy;

/** @returns undefined when a brace isn't part of a placeholder */
export function parseMatchText(text: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: whole, 1: key } of text.matchAll(PART)) {
    parts.push(key === undefined ? { text: whole } : { key });
    end += whole.length;
  }
  return end === text.length ? parts : undefined;
}

export function keysOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => ("key" in part ? [part.key] : []));
}

/**
 * Values go in as they are, and are not read for braces again.
 * @returns the first key that has no value, or the text
 */
export function fillIn(
  parts: readonly Part[],
  configured: (key: string) => string | undefined,
): { readonly missing: string } | { readonly text: string } {
  let text = "";
  for (const part of parts) {
    const value = "key" in part ? configured(part.key) : part.text;
    if (value === undefined) return { missing: "key" in part ? part.key : "" };
    text += value;
  }
  return { text };
}
