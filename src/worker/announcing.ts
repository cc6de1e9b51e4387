/** A worker makes itself and its tools known, and is heard of for as long as it is there (P0.5, P0.9). */
import type { Logger } from "pino";
import { backoffMs, pause } from "./backoff.ts";
import { type JobClient, JobRefusedError, type WorkerDescription } from "./protocol.ts";

/** It counts as there for 10 minutes after it was last heard of. */
const EVERY_MS = 4 * 60_000;

export interface Announcing {
  readonly client: Pick<JobClient, "register">;
  readonly description: WorkerDescription;
  readonly logger: Pick<Logger, "warn">;
}

/**
 * @returns whether the server knows it now; one that can't be reached yet is no reason not to start
 * @throws JobRefusedError
 */
export async function announce({ client, description, logger }: Announcing): Promise<boolean> {
  try {
    await client.register(description);
    return true;
  } catch (error) {
    if (error instanceof JobRefusedError) throw error;
    logger.warn({ err: error }, "the worker could not be announced; it will be later");
    return false;
  }
}

/** Goes on until the signal is aborted; never rejects. @param known whether the server knows the worker already */
export async function keepAnnounced(
  { client, description, logger }: Announcing,
  known: boolean,
  signal: AbortSignal,
): Promise<void> {
  let failures = known ? 0 : 1;
  for (;;) {
    await pause(failures === 0 ? EVERY_MS : backoffMs(failures + 2), signal);
    if (signal.aborted) return;
    try {
      await client.register(description);
      failures = 0;
    } catch (error) {
      if (error instanceof JobRefusedError) logger.warn({ err: error }, "the server refuses this worker");
      failures += 1;
    }
  }
}
