/** Whose work a job is. */
import { statement } from "../statement.ts";
import type { Reader } from "../store.ts";
import type { JobRow } from "../tables/jobs.ts";

const select = statement<Pick<JobRow, "id" | "account">, Pick<JobRow, "owner">>((db, given) =>
  db.selectFrom("job").select("owner").where("id", "=", given.id).where("account", "=", given.account),
);

/** Owner of the action type that the job belongs to: AWS or Custom. */
export async function findJobOwner(db: Reader, account: string, jobId: string): Promise<string | undefined> {
  return (await select(db, { id: jobId, account }))[0]?.owner;
}
