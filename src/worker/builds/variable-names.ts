/** `$NAME` and `${NAME}` in texts of a buildspec that no shell evaluates (P3.25, P3.26). */
const VARIABLE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** The variables that these texts name, each once. */
export function namesIn(texts: readonly string[]): readonly string[] {
  const names = texts.flatMap((text) =>
    Array.from(text.matchAll(VARIABLE), (match) => match[1] ?? match[2] ?? ""),
  );
  return [...new Set(names)];
}

/** The text with its variables replaced; one that isn't set is nothing. */
export function replaceNames(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    VARIABLE,
    (_whole, braced?: string, plain?: string) => values.get(braced ?? plain ?? "") ?? "",
  );
}
