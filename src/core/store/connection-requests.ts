import type { Reader, Tx } from "./store.ts";
import type { ConnectionRequestRow } from "./tables/connections.ts";

type Key = Omit<ConnectionRequestRow, "seen">;

/** What was last seen of a pull request; undefined: nothing. */
export async function seenOfRequest(db: Reader, key: Key): Promise<string | undefined> {
  const row = await db
    .selectFrom("connection_request")
    .select("seen")
    .where("account", "=", key.account)
    .where("region", "=", key.region)
    .where("connection_id", "=", key.connection_id)
    .where("repository", "=", key.repository)
    .where("request", "=", key.request)
    .executeTakeFirst();
  return row?.seen;
}

export async function keepSeen(tx: Tx, row: ConnectionRequestRow): Promise<void> {
  await tx
    .insertInto("connection_request")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["account", "region", "connection_id", "repository", "request"])
        .doUpdateSet({ seen: row.seen }),
    )
    .execute();
}
