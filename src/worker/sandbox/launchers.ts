import { Launcher } from "./launcher.ts";
import type { PipeMaker } from "./pipes.ts";

/** A chain of short actions is served; a worker that idles keeps nothing. */
const WAIT_MS = 5_000;

/** Keeps one launcher for the job that comes next. */
export class Launchers {
  readonly #pipes: PipeMaker;
  readonly #joinsAtOnce: boolean;
  #waiting: Launcher | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #isStarting = false;

  /**
   * @param joinsAtOnce whether a launcher joins its control group when it is started, while a job's shell is: else when
   *   that job's processes have ended, since what starts processes meanwhile would wait for it
   */
  constructor(pipes: PipeMaker, joinsAtOnce: boolean) {
    this.#pipes = pipes;
    this.#joinsAtOnce = joinsAtOnce;
  }

  /** The one that waits, if one does: the taker's from now on. */
  take(): Launcher | undefined {
    const launcher = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(this.#expiry);
    return launcher;
  }

  /** To be called when the worker has nothing better to do: a command was just started, say. */
  prepare(): void {
    if (this.#isStarting || this.#waiting !== undefined) return;
    this.#isStarting = true;
    // What was started first has its command written first.
    setImmediate(() => void this.#start()).unref();
  }

  /** To be called when a job's processes have ended. */
  finish(): void {
    void this.#waiting?.join();
  }

  /** Keeps none any more, until it is asked to prepare one. */
  async rest(): Promise<void> {
    await this.take()?.dismiss();
  }

  async #start(): Promise<void> {
    try {
      const launcher = await Launcher.start(this.#pipes);
      if (this.#joinsAtOnce) void launcher.join();
      this.#waiting = launcher;
      this.#expiry = setTimeout(() => void this.rest(), WAIT_MS).unref();
    } catch {
      // Shells are started without one then, which tells what is wrong.
    } finally {
      this.#isStarting = false;
    }
  }
}
