/** Workers of built-in types, as they announced themselves (P0.6, P0.9). */
import type { Tx } from "./store.ts";
import type { WorkerRow } from "./tables/jobs.ts";

export async function keepWorker(tx: Tx, row: WorkerRow): Promise<void> {
  const { version, capabilities, seen } = row;
  await tx
    .insertInto("worker")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["account", "id"]).doUpdateSet({ version, capabilities, seen }),
    )
    .execute();
}
