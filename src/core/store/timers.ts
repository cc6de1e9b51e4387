/** Timers: rows that are set and cancelled with what they belong to (E10.1). */
import { sql } from "kysely";
import { eachInTurn, inTurn, soon } from "./soon.ts";
import { changing, insertInto, single, statement, writing } from "./statement.ts";
import type { Reader, Soon, Tx } from "./store.ts";
import type { TimerRow } from "./tables/pipelines.ts";

const insert = insertInto("timer");

const update = changing<TimerRow & { gone: string }>((db, given) =>
  db
    .updateTable("timer")
    .set({ id: given.id, pipeline_id: given.pipeline_id, due: given.due, timer: given.timer })
    .where("id", "=", given.gone),
);

const cancel = writing<{ id: string }>((db, given) => db.deleteFrom("timer").where("id", "=", given.id));

/**
 * Cancels the timers with the ids `gone` and sets new ones. Most commands end one action and start the next: the row
 * of the one timer becomes the other's, which costs half of a row that goes and one that comes.
 */
export function replaceTimers(tx: Tx, gone: readonly string[], set: readonly TimerRow[]): Soon<void> {
  const left = [...set];
  const replace = (id: string): Soon<void> => {
    const [next] = left;
    if (next === undefined) return cancel(tx, { id });
    return soon(update(tx, { ...next, gone: id }), (changed) => {
      if (changed > 0) left.shift();
    });
  };
  return inTurn(
    () => eachInTurn(gone, replace),
    () => insert(tx, left),
  );
}

const remove = changing<{ id: string }>((db, given) => db.deleteFrom("timer").where("id", "=", given.id));

/** @returns whether it was there */
export async function deleteTimer(tx: Tx, id: string): Promise<boolean> {
  return (await remove(tx, { id })) > 0;
}

type Place = Pick<TimerRow, "due" | "id">;

const selectDue = statement<Place & { now: number; limit: number }, TimerRow>((db, given) =>
  db
    .selectFrom("timer")
    .selectAll()
    .where("due", "<=", given.now)
    .where("due", ">=", given.due)
    .where((eb) =>
      eb.or([eb("due", ">", given.due), eb.and([eb("due", "=", given.due), eb("id", ">", given.id)])]),
    )
    .orderBy("due")
    .orderBy("id")
    .limit(given.limit),
);

const BEFORE_ALL: Place = { due: 0, id: "" };

/** Timers due by `now`, in order of due time, then id (E10.2), beyond the one given. */
export function dueTimers(
  db: Reader,
  now: number,
  after: Place | undefined,
  limit: number,
): Soon<TimerRow[]> {
  const { due, id } = after ?? BEFORE_ALL;
  return selectDue(db, { now, due, id, limit });
}

const selectNextDue = single<{ now: number }, Pick<TimerRow, "due">>((db, given) =>
  db.selectFrom("timer").select("due").where("due", ">", given.now).orderBy("due").limit(sql.lit(1)),
);

/** When the first timer after `now` is due. */
export async function nextTimerDue(db: Reader, now: number): Promise<number | undefined> {
  return (await selectNextDue(db, { now }))?.due;
}
