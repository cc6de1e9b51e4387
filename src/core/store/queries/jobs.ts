/** Whose work a job is. */
import type { Reader } from "../store.ts";

/** Owner of the action type that the job belongs to: AWS or Custom. */
export async function findJobOwner(db: Reader, account: string, jobId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("job")
    .select("owner")
    .where("id", "=", jobId)
    .where("account", "=", account)
    .executeTakeFirst();
  return row?.owner;
}
