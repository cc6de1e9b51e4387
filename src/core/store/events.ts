/** The outbox of state changes (E12.1); the database numbers them. */
import { insertInto, single, statement, writing } from "./statement.ts";
import type { Reader, Soon, Tx } from "./store.ts";
import type { EventRow } from "./tables/pipelines.ts";

/** Announced when events were committed. */
export const EVENT_TOPIC = "events";

export const insertEvents = insertInto("event");

/** As read: with its position. */
export type StoredEvent = Omit<EventRow, "position"> & { readonly position: number };

const select = statement<{ after: number; through: number; limit: number }, StoredEvent>((db, given) =>
  db
    .selectFrom("event")
    .selectAll()
    .where("position", ">", given.after)
    .where("position", "<=", given.through)
    .orderBy("position")
    .limit(given.limit),
);

/** Events behind the position `after`, up to and with `through`, in their order. */
export function readEvents(db: Reader, after: number, through: number, limit: number): Soon<StoredEvent[]> {
  return select(db, { after, through, limit });
}

/** The last position that can be seen; 0 when there is none. It may not be settled (event-horizon.ts). */
export async function newestPosition(db: Reader): Promise<number> {
  const newest = await db
    .selectFrom("event")
    .select("position")
    .orderBy("position", "desc")
    .limit(1)
    .execute();
  return newest[0]?.position ?? 0;
}

const selectPruned = single<{ id: number }, { position: number }>((db, given) =>
  db.selectFrom("event_pruning").select("position").where("id", "=", given.id),
);

/** Everything up to this position was cleared away. */
export async function prunedThrough(db: Reader): Promise<number> {
  return (await selectPruned(db, { id: 1 }))?.position ?? 0;
}

/** Where to start so that what is committed from now on is seen, and nothing older. */
export async function presentPosition(db: Reader): Promise<number> {
  return Math.max(await newestPosition(db), await prunedThrough(db));
}

/** The oldest events. */
export function oldestEvents(db: Reader, limit: number): Promise<Pick<StoredEvent, "position" | "event">[]> {
  return db.selectFrom("event").select(["position", "event"]).orderBy("position").limit(limit).execute();
}

const remove = writing<{ position: number }>((db, given) =>
  db.deleteFrom("event").where("position", "<=", given.position),
);
const keepPruned = writing<{ position: number }>((db, given) =>
  db.updateTable("event_pruning").set({ position: given.position }).where("position", "<", given.position),
);

/** Clears away everything up to `position`, and remembers that it did. */
export async function pruneEvents(tx: Tx, position: number): Promise<void> {
  await keepPruned(tx, { position });
  await remove(tx, { position });
}
