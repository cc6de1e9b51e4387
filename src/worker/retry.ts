/** Calls to the outside are tried up to 5 times over at most 60 s (P0.11). */
import { backoffMs, pause } from "./backoff.ts";
import { ProviderError } from "./provider.ts";

const TRIES = 5;
const OVERALL_MS = 60_000;

export interface RetryOptions {
  /** As the message names it: `Amazon S3`. */
  readonly service: string;
  readonly signal: AbortSignal;
  readonly isTransient: (error: unknown) => boolean;
}

/**
 * @param attempt safe to repeat
 * @throws ProviderError SystemUnavailable when every try failed in a passing way; any other error as it is
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const giveUpAt = Date.now() + OVERALL_MS;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (options.signal.aborted || !options.isTransient(error)) {
        throw error;
      }
      if (failures + 1 >= TRIES || Date.now() >= giveUpAt) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new ProviderError("SystemUnavailable", `${options.service} could not be reached: ${reason}`);
      }
      await pause(backoffMs(failures + 2), options.signal);
    }
  }
}
