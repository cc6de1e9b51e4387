/** A number of slots for jobs of some kinds, kept full by one poll that is always waiting. */
import { backoffMs, pause } from "./backoff.ts";
import type { ActionTypeId, Job, PollRequest } from "./protocol.ts";
import type { Provider } from "./provider.ts";
import type { Over } from "./run-job.ts";

/** As long as the protocol allows. */
const WAIT_SECONDS = 20;
/** For each slot: jobs whose folders are still being removed. More would fill the disk. */
const UNTIDY_PER_SLOT = 4;

export interface LaneOptions {
  readonly workerId: string;
  readonly providers: readonly Provider[];
  /** Whose jobs are taken; absent: those of all. */
  readonly regions?: readonly string[];
  readonly slots: number;
  readonly poll: (request: PollRequest, signal: AbortSignal) => Promise<readonly Job[]>;
  /** Never rejects. */
  readonly run: (job: Job, provider: Provider) => Promise<Over>;
  readonly onPollFailed: (error: unknown, failures: number) => void;
}

/**
 * Takes jobs until the signal is aborted, then waits for those that run, and for what they leave to be tidied up. The next
 * poll waits while jobs run: a chain of short actions never waits for a timer. Nor does a job wait until another one's
 * folder is gone, which may be a hundred thousand files.
 */
export async function runLane(options: LaneOptions, signal: AbortSignal): Promise<void> {
  const providers = new Map(options.providers.map((provider) => [keyOf(provider.declaration.id), provider]));
  const actionTypeIds = options.providers.map(({ declaration }) => declaration.id);
  const { workerId, regions } = options;
  const asked = { workerId, actionTypeIds, ...(regions !== undefined && { regions }) };
  const running = new Set<Promise<void>>();
  const untidy = new Set<Promise<void>>();
  let failures = 0;

  while (!signal.aborted) {
    if (running.size >= options.slots || untidy.size >= options.slots * UNTIDY_PER_SLOT) {
      await Promise.race([...running, ...untidy]);
      continue;
    }
    const maxBatchSize = options.slots - running.size;
    const request = { ...asked, maxBatchSize, waitSeconds: WAIT_SECONDS };
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
          const run = options.run(job, provider).then(({ tidied }) => {
            running.delete(run);
            untidy.add(tidied);
            void tidied.then(() => untidy.delete(tidied));
          });
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
  await Promise.all(untidy);
}

function keyOf(id: ActionTypeId): string {
  return `${id.category}/${id.owner}/${id.provider}/${id.version}`;
}
