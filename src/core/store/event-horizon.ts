/**
 * Up to where the outbox is settled: no event can appear there any more, so whoever goes on from a position misses
 * nothing.
 *
 * On SQLite transactions never overlap, and all that can be seen is settled. On PostgreSQL a position is taken when its
 * row is written, and seen when that is committed, so a later one may be seen first. Where no position is missing, all
 * is settled. A missing one is of an event that is still to be committed, or was rolled back and never comes: it
 * belongs to a transaction that had its id when it was seen to be missing (each holds its pipeline's row before it
 * writes events), and when all of those have ended, what isn't there won't be.
 */
import { sql } from "kysely";
import { newestPosition } from "./events.ts";
import type { Store } from "./store.ts";

export interface Horizon {
  /** The newest position that is settled; never less than before. */
  readonly settled: number;
  /** There are newer ones, which will be settled soon. */
  readonly more: boolean;
}

export interface EventHorizon {
  look(): Promise<Horizon>;
}

export function eventHorizon({ dialect, read }: Pick<Store, "dialect" | "read">): EventHorizon {
  if (dialect === "sqlite")
    return { look: async () => ({ settled: await newestPosition(read), more: false }) };

  /** Undefined until the first look: what lies far back isn't counted. */
  let settled: number | undefined;
  /** A position below which some are missing, and an id that is greater than those of the transactions they are of. */
  let doubtful: { readonly position: number; readonly before: bigint } | undefined;

  async function take(): Promise<Horizon> {
    const { newest, count, ended } = await observe(settled);
    if (settled !== undefined && newest - settled === count) {
      settled = newest;
      doubtful = undefined;
    } else if (doubtful !== undefined && ended >= doubtful.before) {
      settled = Math.max(settled ?? 0, doubtful.position);
      doubtful = undefined;
    }
    const more = newest > (settled ?? 0);
    if (more) doubtful ??= { position: newest, before: await nextTransaction() };
    else settled ??= 0;
    return { settled: settled ?? 0, more };
  }

  interface Observation {
    /** The newest position that can be seen. */
    readonly newest: number;
    /** Events that can be seen behind the settled position. */
    readonly count: number;
    /** Every transaction with a smaller id has ended. */
    readonly ended: bigint;
  }

  /** All of one snapshot. */
  async function observe(from: number | undefined): Promise<Observation> {
    const count =
      from === undefined ? sql`0::bigint` : sql`(select count(*) from event where position > ${from})`;
    const { rows } = await sql<{ newest: number; count: number; ended: string }>`
      select coalesce((select max(position) from event), 0) as newest, ${count} as count,
        pg_snapshot_xmin(pg_current_snapshot())::text as ended`.execute(read);
    const [row] = rows;
    if (row === undefined) throw new Error("the database answered nothing");
    return { ...row, ended: BigInt(row.ended) };
  }

  /** Greater than the ids of all transactions that have one by now: a snapshot's own bound leaves out some that are at work. */
  async function nextTransaction(): Promise<bigint> {
    const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(read);
    const [row] = rows;
    if (row === undefined) throw new Error("the database answered nothing");
    return BigInt(row.id);
  }

  let looking: Promise<Horizon> | undefined;
  return {
    look() {
      // One at a time: what is counted is counted from the settled position that the look began with.
      looking ??= take().finally(() => {
        looking = undefined;
      });
      return looking;
    },
  };
}
