/** Which workers of built-in types there are, and the tools they have (P0.6, P0.9). */
import { EVERY_ACCOUNT, keepWorker, workersServing } from "../store/workers.ts";
import type { Room } from "./room.ts";
import type { Jobs } from "./types.ts";

/** For how long a worker that was seen counts as there. */
const PRESENT_MS = 10 * 60_000;

export function workersOf({
  store,
  ambient,
}: Pick<Room, "store" | "ambient">): Pick<Jobs, "registerWorker" | "toolsOf"> {
  /** Of workers in this process, which are there as long as it is: also when its host has slept. */
  const own = new Set<string>();
  return {
    async registerWorker(account, { workerId, version, capabilities }) {
      const row = { account, id: workerId, version, capabilities: JSON.stringify(capabilities) };
      await store.transaction((tx) => keepWorker(tx, { ...row, seen: ambient.now() }));
      if (account === EVERY_ACCOUNT) for (const tool of capabilities) own.add(tool);
    },

    async toolsOf(account) {
      const known = await workersServing(store.read, { account });
      if (known.length === 0) return undefined;
      const since = ambient.now() - PRESENT_MS;
      const present = known.filter(({ seen }) => seen >= since);
      return new Set([
        ...own,
        ...present.flatMap(({ capabilities }) => JSON.parse(capabilities) as string[]),
      ]);
    },
  };
}
