/** Values that must not be printed, gathered while documents are read. */
export class Secrets {
  readonly #values = new Set<string>();

  add(value: string): void {
    if (value !== "") this.#values.add(value);
  }

  /** The text with `****` in place of every secret in it. */
  hide(text: string): string {
    let hidden = text;
    // The longest first: one secret may be a part of another.
    for (const value of [...this.#values].sort((a, b) => b.length - a.length)) {
      if (hidden === value) return "****";
      // Very short ones would turn up everywhere; those are hidden where they stand alone.
      if (value.length >= 4) hidden = hidden.replaceAll(value, "****");
    }
    return hidden;
  }
}
