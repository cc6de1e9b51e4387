/** What the job keeper works with. */
import type { Access } from "../access/types.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Commands } from "../commands/types.ts";
import type { Ambient, Scope } from "../scope.ts";
import type { Store, Tx } from "../store/store.ts";

export interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Access;
  readonly commands: Commands;
  readonly catalogue: Catalogue;
  /** Told in the transaction in which a job is taken from a worker that isn't heard of any more (E3.15). */
  readonly workerLost: (tx: Tx, jobId: string) => Promise<void>;
  /** Keeps a commit of a hosted repository for as long as the execution that used it is known (P1.12). */
  readonly keepCommit: (
    scope: Scope,
    used: { readonly repositoryName: string; readonly executionId: string; readonly commitId: string },
  ) => Promise<void>;
}
