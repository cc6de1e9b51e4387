/** What is done when its time comes: firing timers, ending leases, clearing away. */

export interface ClockTask {
  /** Does what is due. @returns when the next is, in epoch milliseconds, if known */
  run(): Promise<number | undefined>;
  /** Calls `listener` whenever something was set that is due then; returns what ends that. */
  onEarlier?(listener: (due: number) => void): () => void;
}

export interface ClockWork {
  /** Ends after the task that is at work. */
  stop(): Promise<void>;
}

/**
 * Looks are never further apart, so that the work of a server that died is found by another (PostgreSQL), and a
 * lease, which lasts 30 s or longer, never ends unseen.
 */
const MAX_SLEEP_MS = 30_000;
const RETRY_MS = 1_000;

/** Runs each task at once, then when its next work is due. A task that fails is reported and tried again. */
export function startClockWork(
  now: () => number,
  tasks: readonly ClockTask[],
  onError: (error: unknown) => void,
): ClockWork {
  const running = tasks.map((task) => startTask(now, task, onError));
  return {
    async stop() {
      await Promise.all(running.map((task) => task.stop()));
    },
  };
}

function startTask(now: () => number, task: ClockTask, onError: (error: unknown) => void): ClockWork {
  let timeout: NodeJS.Timeout | undefined;
  let atWork: Promise<void> | undefined;
  let next = Number.POSITIVE_INFINITY;
  let stopped = false;

  async function work(): Promise<void> {
    next = Number.POSITIVE_INFINITY;
    let due: number | undefined;
    try {
      due = await task.run();
    } catch (error) {
      onError(error);
      due = now() + RETRY_MS;
    }
    atWork = undefined;
    // `next` may have been set meanwhile by what became due earlier.
    if (!stopped) sleepUntil(Math.min(next, due ?? next, now() + MAX_SLEEP_MS));
  }

  function begin(): void {
    atWork = work();
  }

  function sleepUntil(due: number): void {
    next = due;
    clearTimeout(timeout);
    timeout = setTimeout(begin, Math.max(0, due - now()));
  }

  const stopListening = task.onEarlier?.((due) => {
    if (stopped || due >= next) return;
    if (atWork === undefined) sleepUntil(due);
    else next = due;
  });
  begin();

  return {
    async stop() {
      stopped = true;
      stopListening?.();
      clearTimeout(timeout);
      await atWork;
    },
  };
}
