/** Change detection: what a push or a new object starts (E13, S6.15, S8.1). */
import type { ObjectWritten } from "../artifacts/types.ts";
import type { Scope } from "../scope.ts";
import type { Tx } from "../store/store.ts";

export interface RefChange {
  readonly repositoryName: string;
  readonly branch: string;
  readonly commitId: string;
}

export interface Sources {
  /** Starts, in `tx`, every pipeline whose source is this branch; each accepted change makes its own execution (E13.2). */
  branchMoved(tx: Tx, scope: Scope, change: RefChange): Promise<void>;
  /** Starts, in `tx`, every pipeline whose source is this object. */
  objectWritten: ObjectWritten;
}
