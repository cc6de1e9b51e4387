/** Timers: rows that are set and cancelled with what they belong to (E10.1). */
import { changing, insertInto } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { TimerRow } from "./tables/pipelines.ts";

const insert = insertInto("timer");

const update = changing<TimerRow & { gone: string }>((db, given) =>
  db
    .updateTable("timer")
    .set({ id: given.id, pipeline_id: given.pipeline_id, due: given.due, timer: given.timer })
    .where("id", "=", given.gone),
);

/**
 * Cancels the timers with the ids `gone` and sets new ones. Most commands end one action and start the next: the row
 * of the one timer becomes the other's, which costs half of a row that goes and one that comes.
 */
export async function replaceTimers(
  tx: Tx,
  gone: readonly string[],
  set: readonly TimerRow[],
): Promise<void> {
  const left = [...set];
  for (const id of gone) {
    const [next] = left;
    if (next === undefined) await deleteTimer(tx, id);
    else if ((await update(tx, { ...next, gone: id })) > 0) left.shift();
  }
  await insert(tx, left);
}

const remove = changing<{ id: string }>((db, given) => db.deleteFrom("timer").where("id", "=", given.id));

/** @returns whether it was there */
export async function deleteTimer(tx: Tx, id: string): Promise<boolean> {
  return (await remove(tx, { id })) > 0;
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
