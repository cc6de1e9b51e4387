/** Places that events are sent to, and who serves them. A server serves a sink while it holds the lease. */
import type { Reader, Tx } from "./store.ts";
import type { EventSinkRow } from "./tables/events.ts";

/** Announced when a sink was added, changed or removed by a server; others' commands are found by looking. */
export const SINKS_TOPIC = "event-sinks";

export async function insertSink(tx: Tx, row: EventSinkRow): Promise<void> {
  await tx.insertInto("event_sink").values(row).execute();
}

/** Keeps a sink of a server's settings: a new one, or what is told of one that is there; its position stays. */
export async function keepSink(tx: Tx, row: EventSinkRow): Promise<void> {
  const { kind, target, form } = row;
  await tx
    .insertInto("event_sink")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ kind, target, form }))
    .execute();
}

export async function listSinks(db: Reader): Promise<EventSinkRow[]> {
  return db.selectFrom("event_sink").selectAll().orderBy("created").orderBy("id").execute();
}

/** @returns false when there was none */
export async function deleteSink(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom("event_sink").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

export interface Lease {
  readonly id: string;
  readonly owner: string;
  readonly until: number;
}

/** Takes a sink that nobody serves, or goes on with one's own. @returns false when another server serves it, or it is gone */
export async function holdSink(tx: Tx, { id, owner, until }: Lease, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("event_sink")
    .set({ owner, lease_until: until })
    .where("id", "=", id)
    .where((eb) => eb.or([eb("owner", "=", owner), eb("owner", "is", null), eb("lease_until", "<", now)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function releaseSink(tx: Tx, { id, owner }: Pick<Lease, "id" | "owner">): Promise<void> {
  await tx
    .updateTable("event_sink")
    .set({ owner: null, lease_until: 0 })
    .where("id", "=", id)
    .where("owner", "=", owner)
    .execute();
}

export interface SinkProgress {
  readonly position: number;
  /** In all. */
  readonly dropped: number;
  readonly failingSince: number | null;
  readonly lastError: string | null;
}

/** @returns false when another server serves it, or it is gone: nothing is kept then */
export async function keepProgress(
  tx: Tx,
  { id, owner }: Pick<Lease, "id" | "owner">,
  { position, dropped, failingSince, lastError }: SinkProgress,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("event_sink")
    .set({ position, dropped, failing_since: failingSince, last_error: lastError })
    .where("id", "=", id)
    .where("owner", "=", owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
