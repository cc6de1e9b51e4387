/** A member that the record has itself: names like `constructor` are callers' to choose, and are no members of it. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
