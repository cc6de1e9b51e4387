/** The queue of jobs: hand-out, acknowledgement and leases, each a change of single rows. */
import { sql } from "kysely";
import { single, statement, writing } from "./statement.ts";
import type { Reader, Soon, Tx } from "./store.ts";
import type { JobRow } from "./tables/jobs.ts";

type HandOut = { readonly id: string; readonly nonce: string; readonly leaseUntil: number };

/** Gives a job that was taken to a worker, until its lease is over (E3.10). */
export const handOutJob = writing<HandOut>((db, given) =>
  db
    .updateTable("job")
    .set({
      status: "Dispatched",
      nonce: given.nonce,
      lease_until: given.leaseUntil,
      handed_out: 1,
    })
    .where("id", "=", given.id),
);

type Acknowledgement = { readonly id: string; readonly leaseUntil: number | null };

export const acknowledgeJob = writing<Acknowledgement>((db, given) =>
  db
    .updateTable("job")
    .set({ status: "InProgress", lease_until: given.leaseUntil })
    .where("id", "=", given.id),
);

/** @returns whether the job is in a worker's hands, acknowledged, and the lease was renewed */
export async function renewLease(tx: Tx, id: string, leaseUntil: number): Promise<boolean> {
  const result = await tx
    .updateTable("job")
    .set({ lease_until: leaseUntil })
    .where("id", "=", id)
    .where("status", "=", "InProgress")
    .where("lease_until", "is not", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Nobody waits for signs of life of the job's worker any more.
 * @returns what the worker was given, as JSON text; undefined when no lease was kept for it
 */
export async function freeFromLease(tx: Tx, id: string): Promise<string | undefined> {
  const freed = await tx
    .updateTable("job")
    .set({ lease_until: null })
    .where("id", "=", id)
    .where("status", "=", "InProgress")
    .where("lease_until", "is not", null)
    .returning("work")
    .executeTakeFirst();
  return freed?.work;
}

export type Lease = Pick<JobRow, "id" | "status">;

const selectExpired = statement<{ now: number; limit: number }, Lease>((db, given) =>
  db
    .selectFrom("job")
    .select(["id", "status"])
    .where("lease_until", "is not", null)
    .where("lease_until", "<=", given.now)
    .orderBy("lease_until")
    .limit(given.limit),
);

/** Jobs whose lease was over by `now`. */
export function expiredLeases(db: Reader, now: number, limit: number): Soon<Lease[]> {
  return selectExpired(db, { now, limit });
}

const selectNextEnd = single<{ now: number }, Pick<JobRow, "lease_until">>((db, given) =>
  db
    .selectFrom("job")
    .select("lease_until")
    .where("lease_until", "is not", null)
    .where("lease_until", ">", given.now)
    .orderBy("lease_until")
    .limit(sql.lit(1)),
);

/** When the first lease after `now` is over. */
export async function nextLeaseEnd(db: Reader, now: number): Promise<number | undefined> {
  return (await selectNextEnd(db, { now }))?.lease_until ?? undefined;
}

/** Queues a job again that was handed out until `until` and is not acknowledged; its nonce is dead (E3.10). */
export async function requeueJob(tx: Tx, id: string, until: number): Promise<JobRow | undefined> {
  return tx
    .updateTable("job")
    .set({ status: "Queued", nonce: null, lease_until: null })
    .where("id", "=", id)
    .where("status", "=", "Dispatched")
    .where("lease_until", "<=", until)
    .returningAll()
    .executeTakeFirst();
}

/** Takes a job back from its worker: nobody is handed it until it is released. @returns undefined when it is in no worker's hands */
export async function holdJob(tx: Tx, id: string): Promise<JobRow | undefined> {
  return tx
    .updateTable("job")
    .set({ status: "Created", nonce: null, lease_until: null })
    .where("id", "=", id)
    .where("status", "=", "InProgress")
    .returningAll()
    .executeTakeFirst();
}
