/** A build's own time limit on top of its job's signal. */
export interface TimeLimit extends Disposable {
  /** Aborted when the job is, or the time is up. */
  readonly signal: AbortSignal;
  /** What to call the end of a build whose signal was aborted (P3.23). */
  ending(): "TIMED_OUT" | "STOPPED";
}

/** Starts the clock. @param minutes until the time is up */
export function startTimeLimit(minutes: number, job: AbortSignal): TimeLimit {
  const clock = new AbortController();
  const timer = setTimeout(
    () => clock.abort(new Error(`the build took longer than ${minutes} minutes`)),
    minutes * 60_000,
  );
  return {
    signal: AbortSignal.any([job, clock.signal]),
    ending: () => (job.aborted ? "STOPPED" : "TIMED_OUT"),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** Waits for work that doesn't watch the signal itself. @throws the signal's reason when it is aborted */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
