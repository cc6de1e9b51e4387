/** A number of slots for jobs of some kinds, kept full by one poll that is always waiting. */
import { backoffMs, pause } from "./backoff.ts";
import type { ActionTypeId, Job, PollRequest } from "./protocol.ts";
import type { Provider } from "./provider.ts";

/** As long as the protocol allows. */
const WAIT_SECONDS = 20;

export interface LaneOptions {
  readonly workerId: string;
  readonly providers: readonly Provider[];
  readonly slots: number;
  readonly poll: (request: PollRequest, signal: AbortSignal) => Promise<readonly Job[]>;
  /** Never rejects. */
  readonly run: (job: Job, provider: Provider) => Promise<void>;
  readonly onPollFailed: (error: unknown, failures: number) => void;
}

/**
 * Takes jobs until the signal is aborted, then waits for those that run. The next poll waits while jobs run: a chain
 * of short actions never waits for a timer.
 */
export async function runLane(options: LaneOptions, signal: AbortSignal): Promise<void> {
  const providers = new Map(options.providers.map((provider) => [keyOf(provider.declaration.id), provider]));
  const actionTypeIds = options.providers.map(({ declaration }) => declaration.id);
  const running = new Set<Promise<void>>();
  let failures = 0;

  while (!signal.aborted) {
    if (running.size >= options.slots) {
      await Promise.race(running);
      continue;
    }
    const maxBatchSize = options.slots - running.size;
    const request = { workerId: options.workerId, actionTypeIds, maxBatchSize, waitSeconds: WAIT_SECONDS };
    try {
      const jobs = await options.poll(request, signal);
      failures = 0;
      if (signal.aborted) {
        // Handed out, but not acknowledged: they come to another worker (E3.10).
        break;
      }
      for (const job of jobs) {
        const provider = providers.get(keyOf(job.actionTypeId));
        if (provider !== undefined) {
          const run = options.run(job, provider).finally(() => running.delete(run));
          running.add(run);
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        options.onPollFailed(error, failures);
        await pause(backoffMs(failures++), signal);
      }
    }
  }
  await Promise.all(running);
}

function keyOf(id: ActionTypeId): string {
  return `${id.category}/${id.owner}/${id.provider}/${id.version}`;
}
