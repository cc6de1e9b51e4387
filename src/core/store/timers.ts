/** Timers: rows that are set and cancelled with what they belong to (E10.1). */
import { insertInto, statement } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { TimerRow } from "./tables/pipelines.ts";

export const insertTimers = insertInto("timer");

const remove = statement<{ id: string }, { id: string }>((db, given) =>
  db.deleteFrom("timer").where("id", "=", given.id).returning("id"),
);

/** @returns whether it was there */
export async function deleteTimer(tx: Tx, id: string): Promise<boolean> {
  return (await remove(tx, { id })).length > 0;
}

/** Timers due by `now`, in order of due time, then id (E10.2), beyond the one given. */
export async function dueTimers(
  db: Reader,
  now: number,
  after: Pick<TimerRow, "due" | "id"> | undefined,
  limit: number,
): Promise<TimerRow[]> {
  let query = db.selectFrom("timer").selectAll().where("due", "<=", now);
  if (after !== undefined) {
    const { due, id } = after;
    query = query
      .where("due", ">=", due)
      .where((eb) => eb.or([eb("due", ">", due), eb.and([eb("due", "=", due), eb("id", ">", id)])]));
  }
  return query.orderBy("due").orderBy("id").limit(limit).execute();
}

/** When the first timer after `now` is due. */
export async function nextTimerDue(db: Reader, now: number): Promise<number | undefined> {
  const row = await db
    .selectFrom("timer")
    .select("due")
    .where("due", ">", now)
    .orderBy("due")
    .limit(1)
    .executeTakeFirst();
  return row?.due;
}
