/** The queue of jobs: hand-out, acknowledgement and leases, each a change of single rows. */
import { sql } from "kysely";
import { holdingFree } from "./row-lock.ts";
import { changing } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { JobRow } from "./tables/jobs.ts";

export type TypeKey = Pick<JobRow, "owner" | "category" | "provider" | "version">;

export interface QueueFilter {
  readonly account: string;
  /** Absent: jobs of every region. */
  readonly region?: string;
  readonly type: TypeKey;
  /** As the job's `query_value`. */
  readonly queryValue?: string;
}

function queued(db: Reader, { account, region, type, queryValue }: QueueFilter) {
  let query = db
    .selectFrom("job")
    // Written out, not a parameter: so both databases see that the index of queued jobs fits.
    .where("status", "=", sql.lit("Queued"))
    .where("account", "=", account)
    .where("owner", "=", type.owner)
    .where("category", "=", type.category)
    .where("provider", "=", type.provider)
    .where("version", "=", type.version);
  if (region !== undefined) query = query.where("region", "=", region);
  if (queryValue !== undefined) query = query.where("query_value", "=", queryValue);
  return query;
}

/** The oldest queued jobs that nobody else is taking at this moment, held until the transaction ends (E3.9). */
export async function takeQueuedJobs(tx: Tx, filter: QueueFilter, limit: number): Promise<JobRow[]> {
  const oldest = queued(tx, filter).selectAll().orderBy("created").orderBy("id").limit(limit);
  return holdingFree(tx, oldest).execute();
}

export async function hasQueuedJob(db: Reader, filter: QueueFilter): Promise<boolean> {
  const row = await queued(db, filter).select("id").limit(1).executeTakeFirst();
  return row !== undefined;
}

type HandOut = { readonly id: string; readonly nonce: string; readonly leaseUntil: number };

const handOut = changing<HandOut>((db, given) =>
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

/** Gives a job that was taken to a worker, until its lease is over (E3.10). */
export async function handOutJob(tx: Tx, change: HandOut): Promise<void> {
  await handOut(tx, change);
}

type Acknowledgement = { readonly id: string; readonly leaseUntil: number | null };

const acknowledge = changing<Acknowledgement>((db, given) =>
  db
    .updateTable("job")
    .set({ status: "InProgress", lease_until: given.leaseUntil })
    .where("id", "=", given.id),
);

export async function acknowledgeJob(tx: Tx, change: Acknowledgement): Promise<void> {
  await acknowledge(tx, change);
}

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

export type Lease = Pick<JobRow, "id" | "status">;

/** Jobs whose lease was over by `now`. */
export async function expiredLeases(db: Reader, now: number, limit: number): Promise<Lease[]> {
  return db
    .selectFrom("job")
    .select(["id", "status"])
    .where("lease_until", "is not", null)
    .where("lease_until", "<=", now)
    .orderBy("lease_until")
    .limit(limit)
    .execute();
}

/** When the first lease after `now` is over. */
export async function nextLeaseEnd(db: Reader, now: number): Promise<number | undefined> {
  const row = await db
    .selectFrom("job")
    .select("lease_until")
    .where("lease_until", "is not", null)
    .where("lease_until", ">", now)
    .orderBy("lease_until")
    .limit(1)
    .executeTakeFirst();
  return row?.lease_until ?? undefined;
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
