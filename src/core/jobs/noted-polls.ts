import type { ActionTypeId } from "../engine/index.ts";
import { keepPolls } from "../store/type-polls.ts";
import type { Room } from "./room.ts";

/** How old what is kept of the last poll may be: a poll costs next to nothing more than before. */
const NOTE_EVERY_MS = 15_000;
/** Callers may ask for types that don't exist: what is remembered of them is bounded. */
const MAX_REMEMBERED = 10_000;

/** Keeps when each type was last asked for, for whoever wonders why a job isn't taken. */
export function notedPolls({ store, ambient }: Room) {
  const noted = new Map<string, number>();
  return async (account: string, types: readonly ActionTypeId[]): Promise<void> => {
    const now = ambient.now();
    const due = new Map(
      types.map((type) => [keyOf(account, type), type] as const).filter(([key]) => isDue(key, now)),
    );
    if (due.size === 0) return;
    if (noted.size > MAX_REMEMBERED) noted.clear();
    for (const key of due.keys()) noted.set(key, now);
    const rows = [...due.values()].map(({ owner, category, provider, version }) => ({
      account,
      owner,
      category,
      provider,
      version,
      polled: now,
    }));
    await store.transaction((tx) => keepPolls(tx, rows));
  };

  function isDue(key: string, now: number): boolean {
    const last = noted.get(key);
    return last === undefined || Math.abs(now - last) >= NOTE_EVERY_MS;
  }
}

function keyOf(account: string, { owner, category, provider, version }: ActionTypeId): string {
  return JSON.stringify([account, owner, category, provider, version]);
}
