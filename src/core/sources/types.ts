/** Change detection: what a push or a new object starts (E13, S6.15, S8.1). */
import type { ObjectWritten } from "../artifacts/types.ts";
import type { BranchMoved } from "../repositories/types.ts";

export interface Sources {
  /** Starts, in `tx`, every pipeline whose source is this branch; each accepted change makes its own execution (E13.2). */
  readonly branchMoved: BranchMoved;
  /** Starts, in `tx`, every pipeline whose source is this object. */
  readonly objectWritten: ObjectWritten;
}

/** Looks at sources that aren't hosted here (S5): a task of the server's clock. */
export interface Polling {
  /** Looks at what is due. @returns when to look again, in epoch milliseconds, if at all */
  poll(): Promise<number | undefined>;
  /** Calls `listener` with the time when something may be due earlier; returns what ends that. */
  onChanged(listener: (due: number) => void): () => void;
}

/** A poll that failed for another reason than the one before. */
export interface PollFailure {
  readonly pipelineId: string;
  readonly action: string;
  readonly code: string;
  readonly message: string;
}
