import type { Access } from "../access/types.ts";
import type { Commands } from "../commands/types.ts";
import type { Ambient } from "../scope.ts";
import type { Store } from "../store/store.ts";

/** What webhooks work with. */
export interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Pick<Access, "seal" | "unseal">;
  readonly commands: Pick<Commands, "definition" | "runOn">;
}
