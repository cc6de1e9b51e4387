import { sql } from "kysely";
import type { Reader } from "./store.ts";

export interface QueueLength {
  readonly owner: string;
  readonly category: string;
  readonly provider: string;
  readonly jobs: number;
}

/** How many jobs wait for a worker, by action type, over all accounts. */
export async function queueLengths(db: Reader): Promise<readonly QueueLength[]> {
  const rows = await db
    .selectFrom("job")
    // Written out, so that the index of queued jobs fits: ended jobs cost nothing.
    .where("status", "=", sql.lit("Queued"))
    .groupBy(["owner", "category", "provider"])
    .select(["owner", "category", "provider", (eb) => eb.fn.countAll().as("jobs")])
    .execute();
  return rows.map((row) => ({ ...row, jobs: Number(row.jobs) }));
}
