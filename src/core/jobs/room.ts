/** What the job keeper works with. */
import type { Access } from "../access/types.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Commands } from "../commands/types.ts";
import type { Ambient } from "../scope.ts";
import type { Store } from "../store/store.ts";

export interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Access;
  readonly commands: Commands;
  readonly catalogue: Catalogue;
}
