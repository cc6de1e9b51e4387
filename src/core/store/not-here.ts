/** What Kysely may ask of a dialect, and nobody asks of ours. */

/** Transactions are begun and ended by the stores themselves. */
export async function notHere(): Promise<never> {
  throw new Error("transactions are the store's: it begins and ends them itself");
}

// biome-ignore lint/correctness/useYield: nothing here reads by cursor
export async function* noStreams(): AsyncIterableIterator<never> {
  throw new Error("streaming queries are not supported");
}
