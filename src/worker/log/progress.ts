/** Holds back the states of a progress bar, so that only the last one of each 200 ms is kept (P10.2). */

export const PROGRESS_MS = 200;

interface Held<L> {
  readonly line: L;
  readonly stream: string;
  readonly since: number;
}

/** `L` is whatever the caller keeps of a line. */
export class ProgressHold<L> {
  #held: Held<L> | undefined;

  /** Takes a line and answers those that are to be kept now. */
  push(line: L, at: { stream: string; progress: boolean; now: number }): L[] {
    const before = this.#held;
    if (!at.progress) {
      this.#held = undefined;
      return before === undefined ? [line] : [before.line, line];
    }
    if (before !== undefined && before.stream === at.stream && at.now - before.since < PROGRESS_MS) {
      this.#held = { ...before, line };
      return [];
    }
    this.#held = { line, stream: at.stream, since: at.now };
    return before === undefined ? [] : [before.line];
  }

  /** The state that is still held, if any. */
  release(): L[] {
    const held = this.#held;
    this.#held = undefined;
    return held === undefined ? [] : [held.line];
  }

  get holding(): boolean {
    return this.#held !== undefined;
  }
}
