/** What builds are kept with. */
import type { Logs } from "../logs/types.ts";
import type { Ambient } from "../scope.ts";
import type { Store } from "../store/store.ts";

export interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  /** Says in an action's log what becomes of its build while no worker has it. */
  readonly note: Logs["note"];
}
