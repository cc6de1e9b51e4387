/** Telling git hosts what pipelines do with their commits (S7.11). */
export interface CommitStatuses {
  /** Tells all that is due, each once. @returns when the next is due, in epoch milliseconds */
  deliver(): Promise<number | undefined>;
  /** Calls `listener` with the time when something was queued. @returns stops that */
  onQueued(listener: (due: number) => void): () => void;
  /** Ends tries that are under way: they come again when their claims end. */
  close(): void;
}

/** A status that its host wasn't told. */
export interface UntoldStatus {
  readonly pipeline: string;
  readonly repository: string;
  readonly commit: string;
  readonly tries: number;
  readonly reason: string;
  readonly givenUp: boolean;
}
