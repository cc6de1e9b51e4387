/** Workers of built-in types, as they announced themselves (P0.6, P0.9). */
import { statement } from "./statement.ts";
import type { Tx } from "./store.ts";
import type { WorkerRow } from "./tables/jobs.ts";

/** The account of workers that serve them all: those in a server's own process. */
export const EVERY_ACCOUNT = "*";

/** One that was silent for so long doesn't come back: each start of a worker has an id of its own. */
const FORGOTTEN_MS = 24 * 60 * 60_000;

export async function keepWorker(tx: Tx, row: WorkerRow): Promise<void> {
  const { account, version, capabilities, seen } = row;
  await tx
    .insertInto("worker")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["account", "id"]).doUpdateSet({ version, capabilities, seen }),
    )
    .execute();
  // The account keeps this row at least, so that it stays known that a worker was ever seen.
  await tx
    .deleteFrom("worker")
    .where("account", "=", account)
    .where("seen", "<", seen - FORGOTTEN_MS)
    .execute();
}

/** All that serve the account, or did. */
export const workersServing = statement<
  { readonly account: string },
  Pick<WorkerRow, "capabilities" | "seen">
>((db, { account }) =>
  db
    .selectFrom("worker")
    .select(["capabilities", "seen"])
    .where((where) => where.or([where("account", "=", account), where("account", "=", EVERY_ACCOUNT)])),
);
