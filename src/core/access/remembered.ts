/** What was made of something that changes, as long as it hasn't: bounded, the ones that were asked for least go first. */
export interface Remembered<T> {
  /** @param version of what `make` reads; another one than last time makes it anew */
  get(name: string, version: number, make: () => Promise<T | undefined>): Promise<T | undefined>;
}

export function createRemembered<T>(capacity: number): Remembered<T> {
  const kept = new Map<string, { readonly version: number; readonly value: T }>();
  return {
    async get(name, version, make) {
      let known = kept.get(name);
      if (known?.version !== version) {
        const value = await make();
        if (value === undefined) return undefined;
        known = { version, value };
      }
      kept.delete(name);
      kept.set(name, known);
      const oldest = kept.size > capacity ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      return known.value;
    },
  };
}
