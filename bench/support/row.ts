/** One row of the table: a budget, and how to see whether it holds. */
export interface Row {
  /** As given on the command line. */
  readonly name: string;
  /** What is measured, and against what. */
  readonly what: string;
  readonly budget: string;
  /** @throws SkippedError where this machine can't measure it */
  measure(): Promise<Figures>;
}

export interface Figures {
  readonly measured: string;
  readonly baseline: string;
  /** Measured to baseline, in the unit of the budget: above 1 is more of it. */
  readonly ratio: number;
  readonly holds: boolean;
}

/** The row can't be measured here; the message says why. */
export class SkippedError extends Error {}
