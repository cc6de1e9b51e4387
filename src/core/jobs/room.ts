/** What the job keeper works with. */
import type { Access } from "../access/types.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Commands } from "../commands/types.ts";
import type { Ambient, Scope } from "../scope.ts";
import type { Store } from "../store/store.ts";

export interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Access;
  readonly commands: Commands;
  readonly catalogue: Catalogue;
  /** Keeps a commit of a hosted repository for as long as the execution that used it is known (P1.12). */
  readonly keepCommit: (
    scope: Scope,
    used: { readonly repositoryName: string; readonly executionId: string; readonly commitId: string },
  ) => Promise<void>;
}
