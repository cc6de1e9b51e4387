/** When workers last asked for jobs, by action type: what tells a job that waits its turn from one that nobody takes. */
import type { Reader, Tx } from "./store.ts";
import type { TypePollRow } from "./tables/jobs.ts";

/** @param rows of different types; those of one database are always written in one order */
export async function keepPolls(tx: Tx, rows: readonly TypePollRow[]): Promise<void> {
  const ordered = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await tx
    .insertInto("type_poll")
    .values(ordered)
    .onConflict((conflict) =>
      conflict
        .columns(["account", "owner", "category", "provider", "version"])
        .doUpdateSet({ polled: (eb) => eb.ref("excluded.polled") }),
    )
    .execute();
}

export async function lastPolls(db: Reader, account: string): Promise<TypePollRow[]> {
  return db.selectFrom("type_poll").selectAll().where("account", "=", account).execute();
}

function keyOf({ account, owner, category, provider, version }: Omit<TypePollRow, "polled">): string {
  return [account, owner, category, provider, version].join("/");
}
