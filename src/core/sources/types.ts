/** Change detection: what a push or a new object starts (E13, S6.15, S8.1). */
import type { ObjectWritten } from "../artifacts/types.ts";
import type { BranchMoved } from "../repositories/types.ts";

export interface Sources {
  /** Starts, in `tx`, every pipeline whose source is this branch; each accepted change makes its own execution (E13.2). */
  readonly branchMoved: BranchMoved;
  /** Starts, in `tx`, every pipeline whose source is this object. */
  readonly objectWritten: ObjectWritten;
}
