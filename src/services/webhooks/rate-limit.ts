/** Token buckets: so many a minute for each key, a minute's worth at once (S1.6). In this server's memory only. */

/** Keys that are remembered; whoever comes from more addresses than this pushes his own out. */
const MOST_KEYS = 10_000;
const MINUTE_MS = 60_000;

interface Bucket {
  readonly tokens: number;
  /** When it held them, in epoch milliseconds. */
  readonly at: number;
}

export interface RateLimit {
  /** Seconds until there is one again; 0 when there is one now. */
  wait(key: string): number;
  take(key: string): void;
}

export function createRateLimit(perMinute: number, now: () => number): RateLimit {
  const buckets = new Map<string, Bucket>();

  function tokensOf(key: string): number {
    const bucket = buckets.get(key);
    if (bucket === undefined) return perMinute;
    const gained = (Math.max(0, now() - bucket.at) * perMinute) / MINUTE_MS;
    return Math.min(perMinute, bucket.tokens + gained);
  }

  return {
    wait(key) {
      const missing = 1 - tokensOf(key);
      return missing <= 0 ? 0 : Math.ceil((missing * MINUTE_MS) / perMinute / 1000);
    },
    take(key) {
      const tokens = Math.max(0, tokensOf(key) - 1);
      buckets.delete(key);
      buckets.set(key, { tokens, at: now() });
      const [oldest] = buckets.keys();
      if (buckets.size > MOST_KEYS && oldest !== undefined) buckets.delete(oldest);
    },
  };
}
