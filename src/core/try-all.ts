/**
 * Tries each of what is due, all at once: one that throws keeps no other from its try.
 * @throws AggregateError with this message, of what was thrown, when all have been tried
 */
export async function tryAll<T>(
  due: readonly T[],
  tryOnce: (one: T) => Promise<void>,
  message: string,
): Promise<void> {
  const tried = await Promise.allSettled(due.map(tryOnce));
  const errors = tried.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  if (errors.length > 0) throw new AggregateError(errors, message);
}
