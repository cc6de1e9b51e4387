import { forgetHookDeliveries } from "../../store/connection-hooks.ts";
import type { ConnectionHooks } from "../types.ts";
import { type DeliverRoom, deliverByHook } from "./deliver.ts";
import { hookQueries } from "./hooks.ts";

export interface ConnectionHooksOptions extends DeliverRoom {
  /** Days for which a delivery that started something is known (S1.33). */
  readonly replayDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LOOK_AGAIN_MS = 60 * 60 * 1000;

export function createConnectionHooks({ replayDays, ...room }: ConnectionHooksOptions): ConnectionHooks {
  const { store, ambient } = room;
  return {
    ...hookQueries(room),
    deliver: deliverByHook(room),

    async forgetDeliveries() {
      const before = ambient.now() - replayDays * DAY_MS;
      await store.transaction((tx) => forgetHookDeliveries(tx, before));
      return ambient.now() + LOOK_AGAIN_MS;
    },
  };
}
