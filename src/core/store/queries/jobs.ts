/** Whose work a job is. */
import type { TypeKey } from "../queued-jobs.ts";
import { statement } from "../statement.ts";
import type { Reader } from "../store.ts";
import type { JobRow } from "../tables/jobs.ts";

const select = statement<Pick<JobRow, "id" | "account">, TypeKey>((db, given) =>
  db
    .selectFrom("job")
    .select(["owner", "category", "provider", "version"])
    .where("id", "=", given.id)
    .where("account", "=", given.account),
);

/** The action type that a job of the account belongs to. */
export async function findJobType(db: Reader, account: string, jobId: string): Promise<TypeKey | undefined> {
  return (await select(db, { id: jobId, account }))[0];
}
