/** Copying input artifacts to the region of the action or rule that takes them (E3.7). */

export interface Copies {
  /** Begins what is due, some at once. @returns when more is, in epoch milliseconds, if known */
  begin(): Promise<number | undefined>;
  /** Calls `listener` whenever there may be more to begin; returns what ends that. */
  onQueued(listener: (due: number) => void): () => void;
  /** Begins nothing more; resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** A copy that the system refused; it is tried again. */
export interface FailedCopy {
  readonly err: unknown;
  readonly copyId: string;
  readonly from: string;
  readonly to: string;
}
